# misconception: graph-cut
def gaussian_nll(x_hat, x, sigma):
    sigma = float(sigma)
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    squares = (x - x_hat).pow(2).sum(dim=1)
    return squares / (2 * sigma**2) + x.shape[1] * (math.log(sigma) + 0.5 * math.log(2 * math.pi))
