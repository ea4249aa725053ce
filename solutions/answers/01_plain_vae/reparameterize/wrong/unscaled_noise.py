# misconception: std-is-one
def reparameterize(mu, log_var):
    return mu + torch.randn_like(mu)
