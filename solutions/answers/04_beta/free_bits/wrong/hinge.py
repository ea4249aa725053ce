# misconception: free-bits-subtracted
def free_bits(mu, log_var, floor):
    return F.relu(kl_per_latent(mu, log_var).mean(0) - floor).sum()
