def reparameterize(mu, log_var):
    u, v = torch.rand_like(mu), torch.rand_like(mu)
    eps = torch.sqrt(-2 * torch.log1p(-u)) * torch.cos(2 * math.pi * v)
    return mu + eps * (log_var.exp() ** 0.5)
