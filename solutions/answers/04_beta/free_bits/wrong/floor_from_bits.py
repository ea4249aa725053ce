# misconception: free-bits-floor-converted
def free_bits(mu, log_var, floor):
    return kl_per_latent(mu, log_var).mean(dim=0).clamp(min=floor * math.log(2)).sum()
