def kl_divergence(mu, log_var):
    terms = 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(dim=1)
    return [t.item() for t in terms]
