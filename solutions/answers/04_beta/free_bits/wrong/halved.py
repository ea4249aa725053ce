# misconception: kl-halved-again
def free_bits(mu, log_var, floor):
    return (0.5 * kl_per_latent(mu, log_var)).mean(dim=0).clamp(min=floor).sum()
