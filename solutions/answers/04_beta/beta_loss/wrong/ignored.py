# misconception: beta-ignored
def beta_loss(x, x_hat, mu, log_var, beta):
    return (reconstruction_loss(x_hat, x) + kl_per_latent(mu, log_var).sum(1)).mean()
