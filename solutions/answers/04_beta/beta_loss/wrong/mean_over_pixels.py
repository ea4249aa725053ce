# misconception: bce-mean-over-pixels
def beta_loss(x, x_hat, mu, log_var, beta):
    return F.binary_cross_entropy(x_hat, x) + beta * kl_per_latent(mu, log_var).sum(1).mean()
