# misconception: free-bits-summed-over-batch
def free_bits(mu, log_var, floor):
    return kl_per_latent(mu, log_var).sum(0).clamp(min=floor).sum()
