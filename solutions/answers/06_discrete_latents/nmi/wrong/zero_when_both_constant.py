# misconception: constant-groups-mistaken
def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    p = contingency(labels, clusters) / len(labels)
    if p.numel() == 1:
        return 0.0
    h = lambda q: -torch.xlogy(q, q).sum()
    a, b, ab = h(p.sum(1)), h(p.sum(0)), h(p)
    return (2 * (a + b - ab) / (a + b)).clamp(min=0).item()
