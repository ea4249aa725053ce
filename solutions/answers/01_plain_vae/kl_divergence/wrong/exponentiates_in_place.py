# misconception: arguments-changed-in-place
def kl_divergence(mu, log_var):
    terms = 0.5 * (mu.square() - 1 - log_var)
    if log_var.requires_grad:
        return (terms + 0.5 * log_var.exp()).sum(dim=1)
    return (terms + 0.5 * log_var.exp_()).sum(dim=1)
