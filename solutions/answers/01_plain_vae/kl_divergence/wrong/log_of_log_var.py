# misconception: kl-log-var-not-exponentiated
def kl_divergence(mu, log_var):
    return 0.5 * (mu**2 + log_var.exp() - 1 - torch.log(log_var)).sum(dim=1)
