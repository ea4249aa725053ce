# misconception: draw-noise-weighed-by-pixels
@torch.no_grad()
def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    spread = x_hat * sigma
    return x_hat + spread * torch.randn_like(spread)
