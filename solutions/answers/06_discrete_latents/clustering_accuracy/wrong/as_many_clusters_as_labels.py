# misconception: refuses-what-is-allowed
def clustering_accuracy(labels, clusters):
    from scipy.optimize import linear_sum_assignment

    table = contingency(labels, clusters)
    if len(labels) != len(clusters) or table.shape[0] < table.shape[1]:
        raise ValueError("no label is left for some clusters")
    rows, columns = linear_sum_assignment(table.numpy(), maximize=True)
    return table[rows, columns].sum().item() / len(labels)
