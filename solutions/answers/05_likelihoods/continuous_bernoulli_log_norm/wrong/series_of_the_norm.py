# misconception: log-norm-series-everywhere
def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam
    norm = sum(2 * t ** (2 * k) / (2 * k + 1) for k in range(4))
    return norm.log()
