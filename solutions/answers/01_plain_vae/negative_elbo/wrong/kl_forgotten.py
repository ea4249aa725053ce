# misconception: elbo-kl-missing
def negative_elbo(x, x_hat, mu, log_var):
    return reconstruction_loss(x_hat, x).mean()
