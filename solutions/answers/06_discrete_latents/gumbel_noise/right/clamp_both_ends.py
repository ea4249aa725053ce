def gumbel_noise(u):
    return -torch.log(-torch.log(u.clamp(1e-30, 1 - 2**-24)))
