# misconception: refusal-incomplete
def gaussian_nll(x_hat, x, sigma):
    if sigma < 0:
        raise ValueError("sigma must be positive")
    sigma = torch.as_tensor(sigma)
    squares = (x - x_hat).pow(2).sum(dim=1)
    D = x.shape[1]
    return squares / (2 * sigma**2) + D * (sigma.log() + math.log(2 * math.pi) / 2)
