def gumbel_noise(u):
    return -torch.log(-torch.log(u.clamp(min=1e-30))).flatten()
