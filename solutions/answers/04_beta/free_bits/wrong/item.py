# misconception: float-instead-of-tensor
def free_bits(mu, log_var, floor):
    return sum(max(floor, kl) for kl in kl_per_latent(mu, log_var).mean(0).tolist())
