# misconception: beta-on-part-of-kl
def beta_loss(x, x_hat, mu, log_var, beta):
    kl = kl_per_latent(beta * mu, log_var).sum(dim=1)
    return (reconstruction_loss(x_hat, x) + kl).mean()
