# misconception: condition-appends-the-integer
def condition(v, c):
    return torch.cat([v, c.argmax(dim=1, keepdim=True).float()], dim=1)
