# misconception: elbo-not-averaged
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    return reconstruction + gamma * (kl_z - capacity_z).abs() + gamma * (kl_c - capacity_c).abs()
