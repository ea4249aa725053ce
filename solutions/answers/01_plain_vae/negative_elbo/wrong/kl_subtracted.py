# misconception: elbo-kl-subtracted
def negative_elbo(x, x_hat, mu, log_var):
    return (reconstruction_loss(x_hat, x) - kl_divergence(mu, log_var)).mean()
