# misconception: tensor-instead-of-float
def capacity(step, steps, final):
    return torch.tensor(final * min(1.0, step / steps)) if steps else torch.tensor(final)
