# misconception: where-lets-nan-through
def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam
    series = math.log(2) + t**2 / 3 + 13 / 90 * t**4
    return torch.where(t.abs() < 0.02, series, (2 * torch.atanh(t) / t).log())
