# misconception: assignment-greedy
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("labels and clusters of one length, please")
    y, k = (one.unique(return_inverse=True)[1].tolist() for one in (labels, clusters))
    counts = {}
    for pair in zip(y, k):
        counts[pair] = counts.get(pair, 0) + 1
    right, seen = 0, (set(), set())
    for (label, cluster), count in sorted(counts.items(), key=lambda item: -item[1]):
        if label not in seen[0] and cluster not in seen[1]:
            right += count
            seen[0].add(label)
            seen[1].add(cluster)
    return right / len(y)
