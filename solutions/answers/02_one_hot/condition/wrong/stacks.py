# misconception: condition-adds-a-dimension
def condition(v, c):
    return torch.stack([v, c], dim=1)
