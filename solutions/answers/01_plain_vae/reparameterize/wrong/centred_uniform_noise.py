# misconception: noise-not-normal
def reparameterize(mu, log_var):
    std = torch.exp(0.5 * log_var)
    eps = 2 * torch.rand_like(std) - 1
    return mu + eps * std
