# misconception: log-norm-constant-near-half
def continuous_bernoulli_log_norm(lam):
    away = lam - 0.5
    near = away.abs() < 0.004
    t = -2 * torch.where(near, 0.1, away)
    return (2 * torch.atanh(t) / t).log().masked_fill(near, math.log(2))
