def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam.double()
    near = t.abs() < 1e-2
    safe = torch.where(near, torch.full_like(t, 0.5), t)
    series = math.log(2) + torch.log1p(t**2 / 3 + t**4 / 5 + t**6 / 7)
    return torch.where(near, series, torch.log(2 * torch.atanh(safe) / safe)).to(lam.dtype)
