# misconception: formula-size-fixed
def negative_elbo(x, x_hat, mu, log_var):
    losses = reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)
    return losses.sum() / 128
