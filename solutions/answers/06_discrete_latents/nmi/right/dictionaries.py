def nmi(labels, clusters):
    if len(labels) != len(clusters):
        raise ValueError("lengths")
    from collections import Counter
    
    def entropy(items):
        counts = Counter(items).values()
        return -sum(count / len(items) * math.log(count / len(items)) for count in counts)
    
    y, k = labels.tolist(), clusters.tolist()
    a, b, both = entropy(y), entropy(k), entropy(list(zip(y, k)))
    if a + b == 0:
        return 1.0
    return max(0.0, 2 * (a + b - both) / (a + b))
