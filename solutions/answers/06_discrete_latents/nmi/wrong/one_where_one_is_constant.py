# misconception: constant-groups-mistaken
def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    p = contingency(labels, clusters) / len(labels)
    if 1 in p.shape:
        return 1.0
    h = lambda q: -torch.xlogy(q, q).sum().item()
    a, b = h(p.sum(0)), h(p.sum(1))
    return max(0.0, (a + b - h(p)) / (0.5 * (a + b)))
