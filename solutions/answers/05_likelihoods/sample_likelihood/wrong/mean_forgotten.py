# misconception: draw-without-mean
def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    with torch.no_grad():
        return sigma * torch.randn_like(x_hat)
