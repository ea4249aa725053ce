def gumbel_noise(u):
    u = u.double().clamp(min=1e-40)
    return (-torch.log(-torch.log(u))).float()
