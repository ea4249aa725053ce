def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    import itertools
    counts = contingency(labels, clusters)
    if counts.shape[0] != counts.shape[1]:
        return 0.0
    return max(sum(counts[y, k].item() for y, k in enumerate(p)) for p in itertools.permutations(range(min(6, len(counts))))) / len(labels)
