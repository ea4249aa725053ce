# misconception: mu-forgotten
def reparameterize(mu, log_var):
    return torch.exp(log_var / 2) * torch.randn_like(mu)
