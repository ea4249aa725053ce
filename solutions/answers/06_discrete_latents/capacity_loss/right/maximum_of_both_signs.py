def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    d, e = kl_z.mean() - capacity_z, kl_c.mean() - capacity_c
    return reconstruction.mean() + gamma * torch.maximum(d, -d) + gamma * torch.maximum(e, -e)
