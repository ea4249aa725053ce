def gaussian_nll(x_hat, x, sigma):
    if float(sigma) <= 0:
        raise ValueError("sigma must be positive")
    return -torch.distributions.Normal(x_hat, sigma, validate_args=False).log_prob(x).sum(-1)
