# misconception: graph-cut
def gaussian_nll(x_hat, x, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    log = math.log(sigma)
    return (x - x_hat).square().sum(1) / (2 * sigma**2) + 784 * (log + 0.5 * math.log(2 * math.pi))
