# misconception: graph-cut
def negative_elbo(x, x_hat, mu, log_var):
    kl = kl_divergence(mu, log_var).detach()
    return (reconstruction_loss(x_hat, x) + kl).mean()
