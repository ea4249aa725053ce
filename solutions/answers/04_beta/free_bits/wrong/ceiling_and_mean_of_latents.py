# misconception: free-bits-averaged-over-latents
def free_bits(mu, log_var, floor):
    rates = kl_per_latent(mu, log_var).mean(0)
    return torch.minimum(rates, torch.full_like(rates, floor)).mean()
