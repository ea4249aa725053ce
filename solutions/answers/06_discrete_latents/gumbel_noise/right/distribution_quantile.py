def gumbel_noise(u):
    from torch.distributions import Gumbel
    return Gumbel(torch.zeros(()), torch.ones(()), validate_args=False).icdf(u.clamp(min=1e-30))
