# misconception: arguments-changed-in-place
def continuous_bernoulli_log_norm(lam):
    t = lam.mul_(-2).add_(1)
    near = t.abs() < 0.02
    safe = torch.where(near, 0.5, t)
    return torch.where(near, math.log(2) + t**2 / 3 + 13 / 90 * t**4, (2 * torch.atanh(safe) / safe).log())
