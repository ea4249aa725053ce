def continuous_bernoulli_log_norm(lam):
    # only ½ itself is 0/0, and around it float32 is exact enough
    t = 1 - 2 * lam
    half = lam == 0.5
    safe = torch.where(half, 0.5, t)
    return torch.where(half, math.log(2), (2 * torch.atanh(safe) / safe).log())
