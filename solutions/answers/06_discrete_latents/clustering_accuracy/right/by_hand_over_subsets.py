def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    # dynamic programming over the sets of labels that are taken: small tables only
    counts = contingency(labels, clusters)
    if counts.shape[0] > counts.shape[1]:
        counts = counts.T
    small, large = counts.shape
    best = {0: 0.0}
    for k in range(large):
        new = dict(best)
        for taken, value in best.items():
            for y in range(small):
                if not taken >> y & 1:
                    key = taken | 1 << y
                    new[key] = max(new.get(key, -1.0), value + counts[y, k].item())
        best = new
    return max(best.values()) / len(labels)
