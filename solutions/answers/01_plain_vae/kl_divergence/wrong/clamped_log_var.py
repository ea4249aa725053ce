def kl_divergence(mu, log_var):
    log_var = log_var.clamp(-10, 10)
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(dim=1)
