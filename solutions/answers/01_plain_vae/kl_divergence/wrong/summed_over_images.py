# misconception: kl-summed-over-wrong-dimension
def kl_divergence(mu, log_var):
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(dim=0)
