# misconception: gumbel-one-log-only
def gumbel_noise(u):
    return -torch.log(u.clamp(min=1e-30))
