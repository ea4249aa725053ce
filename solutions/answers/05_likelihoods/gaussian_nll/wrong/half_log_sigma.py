# misconception: gaussian-half-on-log-sigma
def gaussian_nll(x_hat, x, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    sigma = torch.as_tensor(sigma)
    squares = (x - x_hat).pow(2).sum(dim=1)
    D = x.shape[1]
    return 0.5 * (squares / sigma**2 + D * sigma.log() + D * math.log(2 * math.pi))
