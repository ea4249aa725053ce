# misconception: free-bits-averaged-over-latents
def free_bits(mu, log_var, floor):
    return kl_per_latent(mu, log_var).mean(0).clamp(min=floor).mean()
