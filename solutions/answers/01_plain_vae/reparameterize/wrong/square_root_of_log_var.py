# misconception: std-is-log-var
def reparameterize(mu, log_var):
    return mu + torch.sqrt(log_var) * torch.randn_like(mu)
