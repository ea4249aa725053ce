# misconception: kl-missing-one
def kl_divergence(mu, log_var):
    return 0.5 * torch.sum(mu.pow(2) + log_var.exp() - log_var, dim=1)
