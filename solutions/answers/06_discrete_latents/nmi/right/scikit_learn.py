def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    from sklearn.metrics import normalized_mutual_info_score
    return float(normalized_mutual_info_score(labels.numpy(), clusters.numpy()))
