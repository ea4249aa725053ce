# misconception: noise-seeded-inside
def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    torch.manual_seed(0)
    with torch.no_grad():
        return x_hat + sigma * torch.randn_like(x_hat)
