# misconception: latents-not-summed
def beta_loss(x, x_hat, mu, log_var, beta):
    return (reconstruction_loss(x_hat, x) + beta * kl_per_latent(mu, log_var)).mean()
