# misconception: beta-as-mixture
def beta_loss(x, x_hat, mu, log_var, beta):
    return ((1 - beta) * reconstruction_loss(x_hat, x) + beta * kl_per_latent(mu, log_var).sum(1)).mean()
