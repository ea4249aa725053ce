def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    names, kinds = labels.unique(), clusters.unique()
    counts = contingency(labels, clusters)
    pairs = zip(*linear_sum_assignment(counts.numpy(), maximize=True))
    best = {kinds[k].item(): names[y].item() for y, k in pairs}
    right = [best.get(k) == y for y, k in zip(labels.tolist(), clusters.tolist())]
    return sum(right) / len(right)
