# misconception: squared-error-instead-of-bce
def negative_elbo(x, x_hat, mu, log_var):
    return (x - x_hat).square().sum() + kl_divergence(mu, log_var).sum()
