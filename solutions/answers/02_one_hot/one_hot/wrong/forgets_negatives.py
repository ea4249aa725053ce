# misconception: one-hot-forgets-negatives
def one_hot(labels, num_classes):
    if labels.is_floating_point():
        raise ValueError
    labels = labels.long().reshape(-1)
    if (labels >= num_classes).any():
        raise ValueError("label too large")
    return torch.eye(num_classes, device=labels.device)[labels]
