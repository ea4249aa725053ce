# misconception: free-bits-missing
def free_bits(mu, log_var, floor):
    return kl_per_latent(mu, log_var).mean(0).sum()
