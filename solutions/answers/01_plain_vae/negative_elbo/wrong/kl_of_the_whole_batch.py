# misconception: elbo-terms-reduced-differently
def negative_elbo(x, x_hat, mu, log_var):
    return reconstruction_loss(x_hat, x).mean() + kl_divergence(mu, log_var).sum()
