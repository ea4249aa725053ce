def gumbel_noise(u):
    return -torch.log(-torch.log(u + 1e-25 * (u == 0)))
