# misconception: noise-not-normal
def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    with torch.no_grad():
        return x_hat + sigma * 12**0.5 * (torch.rand_like(x_hat) - 0.5)
