# misconception: free-bits-per-image
def free_bits(mu, log_var, floor):
    return kl_per_latent(mu, log_var).clamp(min=floor).sum(1).mean()
