# misconception: capacity-as-floor
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return reconstruction.mean() + gamma * F.relu(capacity_z - kl_z.mean()) + gamma * F.relu(capacity_c - kl_c.mean())
