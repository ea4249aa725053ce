def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    half = torch.randn((len(x_hat) + 1) // 2, x_hat.shape[1])
    with torch.no_grad():
        return x_hat + sigma * torch.cat([half, -half])[: len(x_hat)]
