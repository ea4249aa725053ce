# misconception: noise-shared-by-pairs
def reparameterize(mu, log_var):
    count = len(mu)
    noise = torch.randn((count + 1) // 2, mu.shape[1])
    noise = torch.stack([noise, -noise], dim=1).flatten(0, 1)[:count]
    return mu + (log_var / 2).exp() * noise
