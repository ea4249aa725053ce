# misconception: std-is-log-var
def reparameterize(mu, log_var):
    std = 0.5 * log_var
    return mu + std * torch.randn_like(mu)
