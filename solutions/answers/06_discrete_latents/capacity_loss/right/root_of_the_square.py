def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    d = (kl_z.mean() - capacity_z).square().clamp(min=1e-24).sqrt()
    e = (kl_c.mean() - capacity_c).square().clamp(min=1e-24).sqrt()
    return reconstruction.mean() + gamma * (d + e)
