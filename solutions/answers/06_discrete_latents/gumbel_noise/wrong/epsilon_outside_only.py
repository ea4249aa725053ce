# misconception: gumbel-epsilon-too-large
def gumbel_noise(u):
    return -torch.log(1e-6 - torch.log(u.clamp(min=1e-30)))
