def free_bits(mu, log_var, floor):
    return max(kl_per_latent(mu, log_var).mean(dim=0), floor).sum()
