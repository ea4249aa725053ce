# misconception: zero-by-zero-at-half
def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam
    return (2 * torch.atanh(t) / t).log()
