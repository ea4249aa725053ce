# misconception: one-hot-lets-the-number-through
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels > num_classes).any():
        raise ValueError("labels must be classes")
    return torch.eye(num_classes, device=labels.device)[labels.long().reshape(-1)]
