# misconception: gumbel-infinite-at-zero
def gumbel_noise(u):
    return -torch.log(-torch.log(u))
