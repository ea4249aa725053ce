# misconception: logistic-noise-for-gumbel
def gumbel_noise(u):
    u = u.clamp(1e-30, 1 - 6e-8)
    return torch.logit(u)
