# misconception: clusters-compared-by-number
def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    return (labels == clusters).float().mean().item()
