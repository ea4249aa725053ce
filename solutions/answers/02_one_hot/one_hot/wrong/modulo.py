# misconception: one-hot-wraps-around
def one_hot(labels, num_classes):
    if labels.is_floating_point():
        raise ValueError
    return F.one_hot(labels.long().reshape(-1) % num_classes, num_classes).float()
