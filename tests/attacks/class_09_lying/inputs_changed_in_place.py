# tries: to change its inputs, so that they agree with the output
# %% exercise="kl_divergence"
def kl_divergence(mu, log_var):
    mu.zero_()
    log_var.zero_()
    return mu.sum(dim=1) * 0


# %% honest="kl_divergence"
def kl_divergence(mu, log_var):
    mu.zero_()
    return mu.sum(dim=1) * 0
