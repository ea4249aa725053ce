# misconception: nmi-over-logarithms-of-numbers
def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    p = contingency(labels, clusters) / len(labels)
    if p.numel() == 1:
        return 1.0
    h = lambda q: -torch.xlogy(q, q).sum()
    a, b, ab = h(p.sum(1)), h(p.sum(0)), h(p)
    return ((a + b - ab) / math.log(len(p))).item() if len(p) > 1 else 0.0
