# misconception: kl-summed-over-images
def beta_loss(x, x_hat, mu, log_var, beta):
    return (reconstruction_loss(x_hat, x) + beta * kl_per_latent(mu, log_var).sum(dim=0)).mean()
