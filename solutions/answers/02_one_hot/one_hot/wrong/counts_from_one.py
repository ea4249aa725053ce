# misconception: one-hot-counts-from-one
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    return (labels.reshape(-1, 1) == torch.arange(1, num_classes + 1, device=labels.device)).float()
