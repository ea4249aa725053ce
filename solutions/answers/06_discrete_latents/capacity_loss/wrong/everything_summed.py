# misconception: capacity-compared-with-batch-sum
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return reconstruction.sum() + gamma * (kl_z.sum() - capacity_z).abs() + gamma * (kl_c.sum() - capacity_c).abs()
