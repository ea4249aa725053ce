def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    means = torch.stack([kl_z.mean(), kl_c.mean()])
    capacities = means.new_tensor([capacity_z, capacity_c])
    return reconstruction.mean() + gamma * F.l1_loss(means, capacities, reduction="sum")
