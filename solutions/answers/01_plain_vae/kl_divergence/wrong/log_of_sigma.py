# misconception: kl-sigma-not-squared
def kl_divergence(mu, log_var):
    sigma = (log_var / 2).exp()
    return 0.5 * (mu**2 + sigma**2 - 1 - torch.log(sigma)).sum(dim=1)
