# misconception: gamma-ignored
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return reconstruction.mean() + (kl_z.mean() - capacity_z).abs() + (kl_c.mean() - capacity_c).abs()
