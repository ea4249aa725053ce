# misconception: labels-taken-for-places
def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    p = torch.zeros(10, 10, dtype=torch.float64)
    for y, k in zip(labels.tolist(), clusters.tolist()):
        p[y, k] += 1 / len(labels)
    h = lambda q: -torch.xlogy(q, q).sum()
    a, b, ab = h(p.sum(1)), h(p.sum(0)), h(p)
    if a + b == 0:
        return 1.0
    return (2 * (a + b - ab) / (a + b)).clamp(min=0).item()
