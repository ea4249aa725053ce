def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    with torch.no_grad():
        return torch.bernoulli(x_hat.clamp(0, 1))
