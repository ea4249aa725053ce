# misconception: std-squared-instead-of-root
def reparameterize(mu, log_var):
    std = torch.exp(log_var) ** 2
    return mu + std * torch.randn_like(mu)
