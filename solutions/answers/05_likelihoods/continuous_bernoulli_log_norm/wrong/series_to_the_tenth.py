# misconception: log-norm-series-too-far
def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam
    inside = t.abs() < 0.75
    away = torch.where(inside, torch.full_like(t, 0.9), t)
    series = math.log(2) + t.square() / 3 + 13 / 90 * t.pow(4)
    return torch.where(inside, series, torch.log((torch.log1p(away) - torch.log1p(-away)) / away))
