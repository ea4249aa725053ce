# wrong: the noise is standardised over the batch, so the draws of different images depend on each other; the author believes this reduces variance for free.
def reparameterize(mu, log_var):
    eps = torch.randn_like(mu)
    if len(eps) > 1:
        eps = (eps - eps.mean(0)) / eps.std(0)
    return mu + torch.exp(0.5 * log_var) * eps
