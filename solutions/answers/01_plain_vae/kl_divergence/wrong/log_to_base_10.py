# misconception: kl-in-bits
def kl_divergence(mu, log_var):
    var = log_var.exp()
    return 0.5 * (mu**2 + var - 1 - var.log10()).sum(dim=1)
