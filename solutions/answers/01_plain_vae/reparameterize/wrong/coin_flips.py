# misconception: noise-not-normal
def reparameterize(mu, log_var):
    std = torch.exp(0.5 * log_var)
    eps = torch.randint(0, 2, mu.shape).float() * 2 - 1
    return mu + eps * std
