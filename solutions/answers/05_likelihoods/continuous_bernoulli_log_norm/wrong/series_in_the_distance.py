# misconception: log-norm-other-series
def continuous_bernoulli_log_norm(lam):
    distance = lam - 0.5
    close = distance.abs() < 0.05
    t = torch.where(close, torch.ones_like(lam) / 3, 2 * distance)
    return torch.where(close, math.log(2) + distance.square() / 3, (torch.atanh(t) / t).log() + math.log(2))
