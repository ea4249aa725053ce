# misconception: gumbel-epsilon-too-large
def gumbel_noise(u):
    v = (u + 1e-7).clamp(max=1.0)
    return -torch.log(-torch.log(v))
