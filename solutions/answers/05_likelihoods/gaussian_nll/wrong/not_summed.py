# misconception: gaussian-not-summed
def gaussian_nll(x_hat, x, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    return -torch.distributions.Normal(x_hat, sigma).log_prob(x)
