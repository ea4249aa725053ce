# misconception: sample-with-graph
def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    return x_hat + sigma * torch.randn_like(x_hat)
