# misconception: kl-sigma-not-squared
def kl_divergence(mu, log_var):
    log_sigma = 0.5 * log_var
    return 0.5 * torch.sum(mu.pow(2) + log_sigma.exp() - 1 - log_sigma, dim=1)
