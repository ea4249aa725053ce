# misconception: capacity-as-ceiling
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return reconstruction.mean() + gamma * F.relu(kl_z.mean() - capacity_z) + gamma * F.relu(kl_c.mean() - capacity_c)
