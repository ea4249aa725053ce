def nmi(labels, clusters):
    import numpy as np
    if labels.shape != clusters.shape:
        raise ValueError
    _, y = np.unique(labels.numpy(), return_inverse=True)
    _, k = np.unique(clusters.numpy(), return_inverse=True)
    table = np.zeros((y.max() + 1, k.max() + 1))
    np.add.at(table, (y, k), 1)
    p = table / table.sum()
    rows, columns = p.sum(1), p.sum(0)
    if len(rows) == 1 and len(columns) == 1:
        return 1.0
    expected = np.outer(rows, columns)
    inside = p > 0
    information = float((p[inside] * np.log(p[inside] / expected[inside])).sum())
    mean = float(-(rows * np.log(rows)).sum() - (columns * np.log(columns)).sum()) / 2
    return max(information, 0.0) / mean
