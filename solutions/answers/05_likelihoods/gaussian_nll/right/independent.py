def gaussian_nll(x_hat, x, sigma):
    """As one distribution over images."""
    if not sigma > 0:
        raise ValueError(f"{sigma} is no standard deviation")
    pixels = torch.distributions.Normal(x_hat, sigma * torch.ones_like(x_hat))
    if len(x) == 0:
        return x.new_zeros(0)
    return -torch.distributions.Independent(pixels, 1).log_prob(x)
