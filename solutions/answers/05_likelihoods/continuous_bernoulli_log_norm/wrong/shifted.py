def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam + 1e-6
    return (2 * torch.atanh(t) / t).log()
