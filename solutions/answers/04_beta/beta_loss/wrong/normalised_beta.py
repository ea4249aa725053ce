# misconception: beta-per-dimension
def beta_loss(x, x_hat, mu, log_var, beta):
    bce = F.binary_cross_entropy(x_hat, x, reduction="none").sum(1)
    kl = (mu.square() + log_var.exp() - 1 - log_var).sum(1) / 2
    return (bce + beta * kl * mu.shape[1] / x.shape[1]).mean()
