# misconception: kl-missing-half
def kl_divergence(mu, log_var):
    return torch.sum(mu**2 + log_var.exp() - 1 - log_var, dim=1)
