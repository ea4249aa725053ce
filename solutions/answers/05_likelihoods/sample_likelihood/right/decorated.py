@torch.no_grad()
def sample_likelihood(x_hat, sigma):
    if float(sigma) <= 0:
        raise ValueError("sigma must be positive")
    noise = torch.empty(x_hat.shape).normal_()
    return torch.addcmul(x_hat, torch.as_tensor(sigma, dtype=x_hat.dtype).expand_as(x_hat), noise)
