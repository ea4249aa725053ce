# misconception: draw-with-root-of-sigma
def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    with torch.no_grad():
        return x_hat + sigma**0.5 * torch.randn_like(x_hat)
