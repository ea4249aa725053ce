# misconception: purity-for-accuracy
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    counts = contingency(labels, clusters)
    return counts.max(dim=0).values.sum().item() / len(labels)
