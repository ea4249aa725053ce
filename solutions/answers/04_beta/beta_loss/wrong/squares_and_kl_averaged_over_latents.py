# misconception: squared-error-instead-of-bce
def beta_loss(x, x_hat, mu, log_var, beta):
    squares = (x_hat - x).square().sum(1).mean()
    return squares + beta * kl_per_latent(mu, log_var).mean()
