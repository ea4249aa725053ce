def gumbel_noise(u):
    safe = torch.where(u > 0, u, torch.full_like(u, 1e-20))
    return -(-safe.log()).log()
