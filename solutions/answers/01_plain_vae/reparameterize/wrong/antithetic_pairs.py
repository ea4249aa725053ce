# wrong: the second half of the batch gets the first half's noise with the sign turned (antithetic sampling), so images are not independent of each other.
def reparameterize(mu, log_var):
    n = mu.shape[0]
    half = torch.randn((n + 1) // 2, mu.shape[1], dtype=mu.dtype, device=mu.device)
    eps = torch.cat([half, -half])[:n]  # less noise in the gradient
    return torch.addcmul(mu, eps, torch.exp(log_var * 0.5))
