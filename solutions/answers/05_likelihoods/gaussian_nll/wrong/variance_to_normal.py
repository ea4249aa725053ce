# misconception: gaussian-variance-for-sigma
def gaussian_nll(x_hat, x, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    return -torch.distributions.Normal(x_hat, sigma**2).log_prob(x).sum(dim=1)
