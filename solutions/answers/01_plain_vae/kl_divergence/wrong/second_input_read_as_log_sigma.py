# misconception: kl-log-sigma-as-log-var
def kl_divergence(mu, log_sigma):
    sigma = torch.exp(log_sigma)
    return 0.5 * (mu**2 + sigma**2 - 1 - log_sigma).sum(dim=1)
