# misconception: clusters-compared-by-number
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    return (labels == clusters).float().mean().item()
