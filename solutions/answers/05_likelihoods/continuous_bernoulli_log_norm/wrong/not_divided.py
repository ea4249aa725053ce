# misconception: log-norm-not-divided
def continuous_bernoulli_log_norm(lam):
    return (2 * torch.atanh(1 - 2 * lam)).abs().log()
