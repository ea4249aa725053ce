# misconception: kl-mean-over-latents
def beta_loss(x, x_hat, mu, log_var, beta):
    return reconstruction_loss(x_hat, x).mean() + beta * kl_per_latent(mu, log_var).mean()
