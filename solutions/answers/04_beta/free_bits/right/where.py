def free_bits(mu, log_var, floor):
    means = torch.stack([kl_per_latent(mu, log_var)[:, k].mean() for k in range(mu.shape[1])])
    return torch.where(means < floor, torch.full_like(means, floor), means).sum(0)
