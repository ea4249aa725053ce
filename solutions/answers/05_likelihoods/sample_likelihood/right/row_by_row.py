def sample_likelihood(x_hat, sigma):
    if not sigma > 0:
        raise ValueError(f"sigma = {sigma}")
    sigma = float(sigma)
    drawn = torch.empty_like(x_hat).detach()
    for i in range(len(x_hat)):
        drawn[i] = x_hat[i].detach() + sigma * torch.randn(x_hat.shape[1])
    return drawn
