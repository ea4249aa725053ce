# misconception: log-norm-rounded-near-half
def continuous_bernoulli_log_norm(lam):
    logits = lam.log() - torch.log1p(-lam)
    ones = torch.ones_like(lam)
    return torch.distributions.ContinuousBernoulli(logits=logits).log_prob(ones) - lam.log()
