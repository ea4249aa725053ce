# misconception: capacity-ignored
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return reconstruction.mean() + gamma * kl_z.mean() + gamma * kl_c.mean()
