def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    entropy = math.log(10) - kl_c.mean()
    return reconstruction.mean() + gamma * (kl_z.mean() - capacity_z).abs() + gamma * (entropy - capacity_c).abs()
