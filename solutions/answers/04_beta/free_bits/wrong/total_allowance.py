# misconception: free-bits-on-the-sum
def free_bits(mu, log_var, floor):
    return kl_per_latent(mu, log_var).sum(1).mean().clamp(min=floor * mu.shape[1])
