def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    loss = torch.mean(reconstruction)
    loss = loss + gamma * torch.abs(torch.mean(kl_z) - capacity_z)
    return loss + gamma * torch.abs(torch.mean(kl_c) - capacity_c)
