# misconception: one-hot-clamps
def one_hot(labels, num_classes):
    if labels.is_floating_point():
        raise ValueError
    return F.one_hot(labels.long().reshape(-1).clamp(0, num_classes - 1), num_classes).float()
