def kl_divergence(mu, log_var):
    terms = mu**2
    terms += log_var.exp()
    terms -= log_var
    terms -= 1
    return terms.sum(1).mul_(0.5)
