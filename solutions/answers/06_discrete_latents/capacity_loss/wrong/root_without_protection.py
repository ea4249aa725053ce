# misconception: absolute-value-without-slope-at-zero
def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    squares = torch.stack([kl_z.mean() - capacity_z, kl_c.mean() - capacity_c]) ** 2
    return reconstruction.mean() + gamma * (squares**0.5).sum()
