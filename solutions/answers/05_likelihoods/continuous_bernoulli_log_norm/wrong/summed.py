# misconception: log-norm-reduced
def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam
    near = t.abs() < 0.02
    safe = torch.where(near, 0.5, t)
    return torch.where(near, math.log(2) + t**2 / 3 + 13 / 90 * t**4, (2 * torch.atanh(safe) / safe).log()).sum(-1)
