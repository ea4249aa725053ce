# misconception: kl-of-the-average-code
def beta_loss(x, x_hat, mu, log_var, beta):
    bce = F.binary_cross_entropy(x_hat, x, reduction="none").sum(1)
    mu, log_var = mu.mean(0), log_var.mean(0)
    kl = (mu.square() + log_var.exp() - 1 - log_var).sum() / 2
    return bce.mean() + beta * kl
