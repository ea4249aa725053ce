# misconception: one-hot-truncates-floats
def one_hot(labels, num_classes):
    labels = labels.long().reshape(-1)
    if (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    return F.one_hot(labels, num_classes).float()
