# misconception: graph-cut
def gaussian_nll(x_hat, x, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    log_sigma = sigma.log().reshape(()) if torch.is_tensor(sigma) else math.log(sigma)
    precision = 1 / float(sigma) ** 2
    squares = (x_hat - x).square().sum(dim=1)
    return 0.5 * precision * squares + x.shape[1] * (0.5 * math.log(2 * math.pi) + log_sigma)
