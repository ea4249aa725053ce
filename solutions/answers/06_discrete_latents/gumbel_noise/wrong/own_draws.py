# misconception: uniforms-not-used
def gumbel_noise(u):
    v = torch.rand_like(u).clamp(min=1e-30)
    return -torch.log(-torch.log(v))
