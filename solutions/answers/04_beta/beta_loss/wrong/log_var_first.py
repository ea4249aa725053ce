# misconception: arguments-in-wrong-order
def beta_loss(x, x_hat, mu, log_var, beta):
    kl = kl_per_latent(log_var, mu).sum(dim=1)
    return (reconstruction_loss(x_hat, x) + beta * kl).mean()
