# misconception: log-norm-constant-near-half
def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam
    near = t.abs() < 0.1
    safe = torch.where(near, 0.5, t)
    return torch.where(near, math.log(2), (2 * torch.atanh(safe) / safe).log())
