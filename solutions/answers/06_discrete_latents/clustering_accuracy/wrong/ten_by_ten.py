# misconception: labels-taken-for-places
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    counts = torch.zeros(10, 10)
    for y, k in zip(labels.tolist(), clusters.tolist()):
        counts[y, k] += 1
    rows, columns = linear_sum_assignment(counts.numpy(), maximize=True)
    return counts[rows, columns].sum().item() / len(labels)
