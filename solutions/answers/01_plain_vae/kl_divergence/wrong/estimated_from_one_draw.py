# misconception: kl-estimated-by-sampling
def kl_divergence(mu, log_var):
    q = torch.distributions.Normal(mu, (0.5 * log_var).exp())
    p = torch.distributions.Normal(0.0, 1.0)
    z = q.rsample()
    return (q.log_prob(z) - p.log_prob(z)).sum(dim=1)
