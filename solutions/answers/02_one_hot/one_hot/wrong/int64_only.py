# misconception: one-hot-int64-only
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    return torch.zeros(labels.numel(), num_classes, device=labels.device).scatter_(1, labels.reshape(-1, 1), 1)
