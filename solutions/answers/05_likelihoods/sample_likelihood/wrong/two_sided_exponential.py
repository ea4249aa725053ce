# misconception: noise-not-normal
@torch.no_grad()
def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    clocks = torch.empty(2, *x_hat.shape).exponential_()
    return x_hat + sigma * (clocks[0] - clocks[1])
