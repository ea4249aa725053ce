# misconception: assignment-by-shares
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    counts = contingency(labels, clusters).double()

    rows, columns = linear_sum_assignment(-(counts / counts.sum(dim=1, keepdim=True)).numpy())
    return counts[rows, columns].sum().item() / len(labels)
