# misconception: graph-cut
def kl_divergence(mu, log_var):
    mu, log_var = mu.detach(), log_var.detach()
    return 0.5 * (mu.square() + log_var.exp() - 1 - log_var).sum(dim=1)
