# misconception: gumbel-logarithm-to-another-base
def gumbel_noise(u):
    return -torch.log2(-torch.log2(u.clamp(min=1e-30)))
