def capacity_loss(reconstruction, kl_z, kl_c, gamma, capacity_z, capacity_c):
    n = reconstruction.numel()
    off = [abs(kl.sum() / n - c) for kl, c in ((kl_z, capacity_z), (kl_c, capacity_c))]
    return reconstruction.sum() / n + gamma * sum(off)
