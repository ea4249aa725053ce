def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError
    return (x_hat + sigma * torch.randn(*x_hat.shape)).detach()
