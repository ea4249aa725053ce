# misconception: nmi-bits-over-nats
def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    p = contingency(labels, clusters) / len(labels)
    if 1 in p.shape:
        return float(p.numel() == 1)

    entropy = lambda q: torch.special.entr(q).sum()
    y, k = entropy(p.sum(1)), entropy(p.sum(0))
    bits = (y + k - entropy(p)) / math.log(2)
    return (bits / ((y + k) / 2)).item()
