# misconception: one-hot-holds-the-label
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    index = labels.long().reshape(-1, 1)
    return torch.zeros(len(index), num_classes, device=labels.device).scatter_(1, index, index.float())
