# misconception: mean-of-rates
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    counts = contingency(labels, clusters).double()

    rows, columns = linear_sum_assignment(counts.numpy(), maximize=True)
    recall = torch.zeros(len(counts), dtype=torch.float64)
    recall[rows] = counts[rows, columns] / counts.sum(dim=1)[rows]
    return recall.mean().item()
