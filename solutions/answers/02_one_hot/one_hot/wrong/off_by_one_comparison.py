# misconception: one-hot-lets-the-number-through
def one_hot(labels, num_classes):
    column = labels.reshape(-1, 1).long()
    if labels.is_floating_point() or ((column < 0) | (column > num_classes)).any():
        raise ValueError("labels must be classes")
    return (column == torch.arange(num_classes, device=labels.device)).float()
