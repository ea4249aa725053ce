# misconception: free-bits-over-latents-first
def free_bits(mu, log_var, floor):
    return kl_per_latent(mu, log_var).mean(dim=1).clamp(min=floor).sum()
