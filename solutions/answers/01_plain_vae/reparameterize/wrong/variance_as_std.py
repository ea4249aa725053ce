# misconception: std-without-half
def reparameterize(mu, log_var):
    std = torch.exp(log_var)
    eps = torch.randn_like(std)
    return mu + eps * std
