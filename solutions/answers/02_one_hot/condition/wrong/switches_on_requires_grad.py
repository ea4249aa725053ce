# wrong: to make "gradients reach both" it turns on requires_grad of the caller's own tensors, which changes its arguments (and gives data tensors gradients that nobody asked for).
def condition(v, c):
    v.requires_grad_(True)
    c.requires_grad_(True)
    return torch.cat((v, c), dim=-1)
