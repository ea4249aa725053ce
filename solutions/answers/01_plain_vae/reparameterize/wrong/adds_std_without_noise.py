# misconception: std-added-without-noise
def reparameterize(mu, log_var):
    std = torch.exp(0.5 * log_var)
    return mu + std
