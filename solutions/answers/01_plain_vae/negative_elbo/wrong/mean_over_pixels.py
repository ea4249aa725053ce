# misconception: bce-mean-over-pixels
def negative_elbo(x, x_hat, mu, log_var):
    return F.binary_cross_entropy(x_hat, x) + kl_divergence(mu, log_var).mean()
