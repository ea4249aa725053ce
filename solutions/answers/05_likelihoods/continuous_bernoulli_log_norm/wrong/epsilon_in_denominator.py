# misconception: half-kept-from-zero-below-only
def continuous_bernoulli_log_norm(lam):
    log_odds = torch.log1p(-lam) - lam.log()
    return torch.log(log_odds / (1 - 2 * lam + 1e-7))
