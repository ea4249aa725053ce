# misconception: kl-mu-not-squared
def kl_divergence(mu, log_var):
    return 0.5 * torch.sum(mu + log_var.exp() - 1 - log_var, dim=1)
