# misconception: float-for-a-scalar-tensor
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return (reconstruction.mean() + gamma * (kl_z.mean() - capacity_z).abs() + gamma * (kl_c.mean() - capacity_c).abs()).item()
