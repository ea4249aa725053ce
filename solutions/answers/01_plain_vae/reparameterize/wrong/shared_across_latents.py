# misconception: noise-shared-across-latents
def reparameterize(mu, log_var):
    eps = torch.randn(mu.shape[0], 1)
    return mu + torch.exp(log_var / 2) * eps
