# misconception: sample-detached
def reparameterize(mu, log_var):
    return torch.normal(mu, torch.exp(0.5 * log_var))
