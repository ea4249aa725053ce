def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    return torch.normal(x_hat.detach(), torch.as_tensor(sigma).detach() * torch.ones_like(x_hat).detach())
