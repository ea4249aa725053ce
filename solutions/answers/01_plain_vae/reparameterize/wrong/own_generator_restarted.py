# misconception: noise-the-same-in-every-call
def reparameterize(mu, log_var):
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(mu.shape, generator=generator)
    return mu + (log_var / 2).exp() * noise
