# wrong: two mistakes at once, no sum over the latents and no half.
def kl_divergence(mu, log_var):
    return mu**2 + log_var.exp() - 1 - log_var
