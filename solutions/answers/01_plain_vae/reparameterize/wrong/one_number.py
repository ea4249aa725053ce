# misconception: noise-one-number
def reparameterize(mu, log_var):
    eps = torch.randn(1)
    return mu + torch.exp(log_var / 2) * eps
