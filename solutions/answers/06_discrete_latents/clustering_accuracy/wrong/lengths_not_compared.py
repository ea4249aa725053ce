# misconception: lengths-not-compared
def clustering_accuracy(labels, clusters):
    n = min(len(labels), len(clusters))
    labels, clusters = labels[:n], clusters[:n]
    counts = contingency(labels, clusters)
    rows, columns = linear_sum_assignment(counts.numpy(), maximize=True)
    return counts[rows, columns].sum().item() / len(labels)
