def reparameterize(mu, log_var):
    return torch.distributions.Normal(mu, (log_var / 2).exp()).rsample()
