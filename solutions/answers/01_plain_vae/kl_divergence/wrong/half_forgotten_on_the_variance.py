# misconception: kl-half-misplaced
def kl_divergence(mu, log_var):
    return torch.sum(0.5 * mu**2 + log_var.exp() - 0.5 - 0.5 * log_var, 1)
