# misconception: one-hot-label-stays-a-number
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    return labels.float().reshape(-1, 1)
