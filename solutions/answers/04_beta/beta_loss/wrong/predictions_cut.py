def beta_loss(x, x_hat, mu, log_var, beta):
    x_hat = x_hat.clamp(0.01, 0.99)
    return (reconstruction_loss(x_hat, x) + beta * kl_per_latent(mu, log_var).sum(dim=1)).mean()
