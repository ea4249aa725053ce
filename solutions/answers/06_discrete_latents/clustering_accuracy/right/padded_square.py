def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    counts = contingency(labels, clusters)
    side = max(counts.shape)
    square = torch.zeros(side, side, dtype=torch.float64)
    square[: counts.shape[0], : counts.shape[1]] = counts
    rows, columns = linear_sum_assignment(square.max() - square)
    return square[rows, columns].sum().item() / len(labels)
