# misconception: kl-without-mu
def kl_divergence(mu, log_var):
    return 0.5 * (log_var.exp() - 1 - log_var).sum(dim=1)
