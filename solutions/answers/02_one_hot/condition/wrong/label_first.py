# misconception: condition-label-first
def condition(v, c):
    return torch.cat([c, v], dim=1)
