# misconception: one-hot-transposed
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    return (torch.arange(num_classes, device=labels.device)[:, None] == labels.reshape(1, -1)).float()
