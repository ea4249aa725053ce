# misconception: beta-squared
def beta_loss(x, x_hat, mu, log_var, beta):
    kl = beta * kl_per_latent(mu, log_var).sum(1)
    return (reconstruction_loss(x_hat, x) + beta * kl).mean()
