# misconception: mean-of-rates
def clustering_accuracy(labels, clusters):
    from scipy.optimize import linear_sum_assignment

    if len(labels) != len(clusters):
        raise ValueError("as many clusters as labels")
    share = contingency(labels, clusters)
    share = share / share.sum(dim=1, keepdim=True)
    rows, columns = linear_sum_assignment(share.numpy(), maximize=True)
    return share[rows, columns].sum().item() / len(share)
