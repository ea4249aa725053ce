# misconception: one-hot-extra-dimension
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    return F.one_hot(labels.long(), num_classes).float()
