# misconception: one-hot-built-on-the-cpu
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    return (labels.reshape(-1, 1) == torch.arange(num_classes)).float()
