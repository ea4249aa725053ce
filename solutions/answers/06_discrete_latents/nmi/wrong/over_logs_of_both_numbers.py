# misconception: nmi-over-logarithms-of-numbers
def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    p = contingency(labels, clusters) / len(labels)
    if 1 in p.shape:
        return float(p.numel() == 1)

    entropy = lambda q: torch.special.entr(q).sum()
    information = entropy(p.sum(1)) + entropy(p.sum(0)) - entropy(p)
    return information.item() / (0.5 * math.log(p.shape[0] * p.shape[1]))
