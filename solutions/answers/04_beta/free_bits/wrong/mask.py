# misconception: free-bits-drops-latents
def free_bits(mu, log_var, floor):
    average = kl_per_latent(mu, log_var).mean(0)
    return average[average > floor].sum()
