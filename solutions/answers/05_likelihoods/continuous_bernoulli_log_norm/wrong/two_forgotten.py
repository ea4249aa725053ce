# misconception: log-norm-two-forgotten
def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam
    near = t.abs() < 0.02
    safe = torch.where(near, 0.5, t)
    return torch.where(near, t**2 / 3, (torch.atanh(safe) / safe).log())
