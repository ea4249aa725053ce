# misconception: squared-error-instead-of-bce
def negative_elbo(x, x_hat, mu, log_var):
    squared = (x_hat - x).square().sum(dim=1)
    return (squared + kl_divergence(mu, log_var)).mean()
