# misconception: kl-reversed
def kl_divergence(mu, log_var):
    p = torch.distributions.Normal(torch.zeros_like(mu), torch.ones_like(mu))
    q = torch.distributions.Normal(mu, (0.5 * log_var).exp())
    return torch.distributions.kl_divergence(p, q).sum(1)
