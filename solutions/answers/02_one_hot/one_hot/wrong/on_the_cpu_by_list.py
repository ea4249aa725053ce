# misconception: one-hot-built-on-the-cpu
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    rows = [[1.0 if k == y else 0.0 for k in range(num_classes)] for y in labels.flatten().tolist()]
    return torch.tensor(rows).reshape(-1, num_classes)
