# misconception: kl-log-var-not-exponentiated
def kl_divergence(mu, log_var):
    var = log_var
    return 0.5 * (mu**2 + var - 1 - var.log()).sum(dim=1)
