# wrong: log_var outside ±10 is clamped, so that value and gradient are wrong there; the author believes it is only a harmless guard against overflow
def beta_loss(x, x_hat, mu, log_var, beta):
    log_var = log_var.clamp(-10, 10)
    reconstruction = F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=1)
    kl = 0.5 * (mu**2 + log_var.exp() - 1 - log_var).sum(dim=1)
    return (reconstruction + beta * kl).mean()
