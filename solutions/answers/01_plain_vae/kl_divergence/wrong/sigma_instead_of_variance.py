# misconception: kl-sigma-not-squared
def kl_divergence(mu, log_var):
    std = torch.exp(0.5 * log_var)
    return 0.5 * torch.sum(mu**2 + std - 1 - log_var, dim=1)
