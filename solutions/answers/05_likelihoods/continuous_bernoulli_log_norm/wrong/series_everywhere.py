# misconception: log-norm-series-everywhere
def continuous_bernoulli_log_norm(lam):
    t = 1 - 2 * lam
    return math.log(2) + t**2 / 3 + 13 / 90 * t**4
