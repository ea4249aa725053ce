# misconception: bce-swapped-arguments
def negative_elbo(x, x_hat, mu, log_var):
    return (F.binary_cross_entropy(x, x_hat, reduction="none").sum(1) + kl_divergence(mu, log_var)).mean()
