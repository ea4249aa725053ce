# misconception: kl-square-of-sum
def kl_divergence(mu, log_var):
    return 0.5 * ((mu + log_var.exp()) ** 2 - 1 - log_var).sum(dim=1)
