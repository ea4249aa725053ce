def beta_loss(x, x_hat, mu, log_var, beta):
    kl = kl_per_latent(mu, log_var).sum(dim=1)
    return (reconstruction_loss(x_hat, x).sum(dim=1) + beta * kl).mean()
