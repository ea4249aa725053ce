# misconception: std-squared-instead-of-root
def reparameterize(mu, log_var):
    std = torch.exp(2 * log_var)
    return mu + std * torch.randn_like(mu)
