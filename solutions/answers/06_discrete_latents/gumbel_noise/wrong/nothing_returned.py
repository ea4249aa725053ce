def gumbel_noise(u):
    g = -torch.log(-torch.log(u.clamp(min=1e-30)))
