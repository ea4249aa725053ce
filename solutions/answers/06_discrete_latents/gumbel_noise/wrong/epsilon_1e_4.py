# misconception: gumbel-epsilon-too-large
def gumbel_noise(u):
    return -torch.log(-torch.log(u.clamp(1e-4, 1 - 1e-4)))
