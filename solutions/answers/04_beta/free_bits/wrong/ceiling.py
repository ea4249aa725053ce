# misconception: free-bits-as-ceiling
def free_bits(mu, log_var, floor):
    return kl_per_latent(mu, log_var).mean(0).clamp(max=floor).sum()
