# misconception: std-exponentiated-twice
def reparameterize(mu, log_var):
    std = torch.exp(0.5 * torch.exp(log_var))
    return mu + std * torch.randn_like(mu)
