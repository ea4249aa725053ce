# misconception: beta-off-by-one
def beta_loss(x, x_hat, mu, log_var, beta):
    kl = kl_per_latent(mu, log_var).sum(dim=1)
    elbo = reconstruction_loss(x_hat, x) + kl
    return (elbo + beta * kl).mean()
