# misconception: one-hot-width-from-batch
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError("labels must be classes")
    return F.one_hot(labels.long().reshape(-1)).float()
