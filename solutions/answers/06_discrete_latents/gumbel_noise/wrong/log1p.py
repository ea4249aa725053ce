# misconception: gumbel-digits-lost
def gumbel_noise(u):
    return -(-torch.log1p(-(1 - u).clamp(max=1 - 1e-7))).log()
