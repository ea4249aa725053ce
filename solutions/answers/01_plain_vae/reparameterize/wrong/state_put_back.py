# misconception: generator-put-back
def reparameterize(mu, log_var):
    state = torch.get_rng_state()
    noise = torch.randn(mu.shape)
    torch.set_rng_state(state)
    return mu + (log_var / 2).exp() * noise
