# misconception: one-hot-fails-on-empty
def one_hot(labels, num_classes):
    if labels.is_floating_point():
        raise ValueError
    if labels.min() < 0 or labels.max() >= num_classes:
        raise ValueError
    return F.one_hot(labels.long().reshape(-1), num_classes).float()
