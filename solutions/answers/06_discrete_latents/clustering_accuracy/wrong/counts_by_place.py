# misconception: labels-taken-for-places
def clustering_accuracy(labels, clusters):
    from scipy.optimize import linear_sum_assignment

    if labels.shape != clusters.shape:
        raise ValueError("as many clusters as labels")
    size = 1 + max(labels.max().item(), clusters.max().item())
    counts = torch.zeros(size, size)
    for label, cluster in zip(labels, clusters):
        counts[label, cluster] += 1
    rows, columns = linear_sum_assignment(counts.numpy(), maximize=True)
    return counts[rows, columns].sum().item() / len(labels)
