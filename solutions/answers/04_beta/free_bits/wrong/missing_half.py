# misconception: kl-missing-half
def free_bits(mu, log_var, floor):
    return (2 * kl_per_latent(mu, log_var)).mean(0).clamp(min=floor).sum()
