# misconception: gumbel-epsilon-too-large
def gumbel_noise(u):
    return torch.distributions.Gumbel(0.0, 1.0, validate_args=False).icdf(u)
