# misconception: one-label-for-all
def condition(v, c):
    for label in c:
        columns = label.repeat(len(v), 1)
    return torch.hstack([v, columns])
