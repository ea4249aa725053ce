def negative_elbo(x, x_hat, mu, log_var):
    rec = reconstruction_loss(x_hat, x).mean()
    kl = kl_divergence(mu, log_var).mean()
    return rec + kl
