# misconception: pairs-under-one-number
def nmi(labels, clusters):
    if labels.shape != clusters.shape:
        raise ValueError("one cluster for each label")

    def entropy(numbers):
        share = numbers.unique(return_counts=True)[1].double() / len(numbers)
        return -(share * share.log()).sum().item()

    of_labels, of_clusters = entropy(labels), entropy(clusters)
    if of_labels + of_clusters == 0:
        return 1.0
    together = entropy(labels * len(clusters.unique()) + clusters)
    return min(max(2 * (of_labels + of_clusters - together) / (of_labels + of_clusters), 0.0), 1.0)
