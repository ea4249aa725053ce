# misconception: beta-on-part-of-kl
def beta_loss(x, x_hat, mu, log_var, beta):
    kl = 0.5 * (beta * mu**2 + log_var.exp() - 1 - log_var).sum(dim=1)
    return (reconstruction_loss(x_hat, x) + kl).mean()
