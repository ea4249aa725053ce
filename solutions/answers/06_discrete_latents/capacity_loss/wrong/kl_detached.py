# misconception: graph-cut
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return reconstruction.mean() + gamma * (kl_z.mean() - capacity_z).abs() + gamma * (kl_c.mean().item() - capacity_c).__abs__()
