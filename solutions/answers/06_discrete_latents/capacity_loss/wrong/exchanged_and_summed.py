# misconception: capacities-exchanged
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    deviations = (kl_z.mean() - capacity_c).abs(), (kl_c.mean() - capacity_z).abs()
    return reconstruction.sum() + gamma * sum(deviations)
