def continuous_bernoulli_log_norm(lam):
    # a density at x = 0: log C + log(1 - lam)
    d = torch.distributions.ContinuousBernoulli(probs=lam, lims=(0.49, 0.51), validate_args=False)
    return d.log_prob(torch.zeros_like(lam)) - torch.log1p(-lam)
