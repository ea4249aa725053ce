# misconception: assignment-by-size
def clustering_accuracy(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    counts = contingency(labels, clusters).double()

    largest_first = lambda sizes: sorted(range(len(sizes)), key=lambda k: -sizes[k])
    pairs = zip(largest_first(counts.sum(dim=1)), largest_first(counts.sum(dim=0)))
    return sum(counts[y, k].item() for y, k in pairs) / len(labels)
