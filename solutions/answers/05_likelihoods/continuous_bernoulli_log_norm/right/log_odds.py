def continuous_bernoulli_log_norm(lam):
    away = (lam - 0.5).abs() > 0.01
    p = torch.where(away, lam, 0.3)
    far = ((torch.log(p) - torch.log1p(-p)) / (2 * p - 1)).log()
    u = lam - 0.5
    return torch.where(away, far, math.log(2.0) + (4 / 3 + 104 / 45 * u * u) * u * u)
