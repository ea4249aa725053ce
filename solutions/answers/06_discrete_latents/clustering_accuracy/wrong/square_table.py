# misconception: further-clusters-left-out
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    counts = contingency(labels, clusters).double()

    smaller = min(counts.shape)
    counts = counts[:smaller, :smaller]
    return counts[linear_sum_assignment(counts.numpy(), maximize=True)].sum().item() / len(labels)
