# misconception: arguments-changed-in-place
def gumbel_noise(u):
    with torch.no_grad():
        u.clamp_(min=1e-20)
    return -torch.log(-torch.log(u))
