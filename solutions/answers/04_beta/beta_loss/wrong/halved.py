# misconception: kl-halved-again
def beta_loss(x, x_hat, mu, log_var, beta):
    kl = 0.5 * kl_per_latent(mu, log_var).sum(dim=1)
    return (reconstruction_loss(x_hat, x) + beta * kl).mean()
