# misconception: gumbel-of-one-minus-u
def gumbel_noise(u):
    return -torch.log(-torch.log((1 - u).clamp(1e-30, 1 - 2**-24)))
