# misconception: std-is-log-var
def reparameterize(mu, log_var):
    eps = torch.randn_like(mu)
    return mu + log_var * eps
