# misconception: assignment-greedy
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    counts = contingency(labels, clusters)
    right = 0
    for _ in range(min(counts.shape)):
        y, k = divmod(int(counts.argmax()), counts.shape[1])
        right += max(counts[y, k].item(), 0)
        counts[y], counts[:, k] = -1, -1
    return right / len(labels)
