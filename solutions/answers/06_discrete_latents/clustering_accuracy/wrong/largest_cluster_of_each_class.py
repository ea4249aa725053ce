# misconception: largest-cluster-of-each-class
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    counts = contingency(labels, clusters)
    return counts.max(dim=1).values.sum().item() / len(labels)
