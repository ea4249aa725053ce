def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    p = contingency(labels, clusters) / len(labels)
    if p.numel() == 1:
        return 1.0
    entropy = lambda q: torch.special.entr(q).sum()
    given = sum(p[:, k].sum() * entropy(p[:, k] / p[:, k].sum()) for k in range(p.shape[1]))
    h = entropy(p.sum(1))
    information = h - given
    if information.abs() < 1e-12:
        return 0.0
    return float(information / ((h + entropy(p.sum(0))) / 2))
