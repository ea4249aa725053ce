# misconception: graph-cut
def condition(v, c):
    return torch.tensor([a + b for a, b in zip(v.tolist(), c.tolist())])
