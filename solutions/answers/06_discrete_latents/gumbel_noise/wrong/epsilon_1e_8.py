# misconception: gumbel-epsilon-too-large
def gumbel_noise(u):
    return -torch.log(-torch.log(u + 1e-8) + 1e-8)
