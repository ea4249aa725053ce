# misconception: tensor-instead-of-float
def kl_defect():
    s = torch.tensor(0.5).sqrt()
    return s, s**2 - s.log() - 0.5
