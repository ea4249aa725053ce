# misconception: sample-detached
def reparameterize(mu, log_var):
    q = torch.distributions.Normal(mu, torch.exp(0.5 * log_var))
    return q.sample()
