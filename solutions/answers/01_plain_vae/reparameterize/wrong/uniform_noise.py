# misconception: noise-not-centred
def reparameterize(mu, log_var):
    std = torch.exp(0.5 * log_var)
    eps = torch.rand_like(std)
    return mu + eps * std
