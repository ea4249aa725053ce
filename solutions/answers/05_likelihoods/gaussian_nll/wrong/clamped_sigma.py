# misconception: gaussian-sigma-raised
def gaussian_nll(x_hat, x, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    sigma = torch.as_tensor(sigma).clamp(min=0.05)
    return -torch.distributions.Normal(x_hat, sigma).log_prob(x).sum(1)
