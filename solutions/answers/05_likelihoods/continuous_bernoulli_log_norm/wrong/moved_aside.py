# misconception: log-norm-of-another-lambda
def continuous_bernoulli_log_norm(lam):
    wide = lam.double()
    aside = wide - 4e-3 * ((wide - 0.5).abs() < 2e-3)
    log_odds = torch.log1p(-aside) - aside.log()
    return (log_odds / (1 - 2 * aside)).log().to(lam.dtype)
