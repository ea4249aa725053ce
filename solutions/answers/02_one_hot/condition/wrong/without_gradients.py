# misconception: graph-cut
def condition(v, c):
    with torch.no_grad():
        return torch.cat([v, c], dim=1)
