# misconception: noise-shared-across-latents
def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    with torch.no_grad():
        return x_hat + sigma * torch.randn(len(x_hat), 1)
