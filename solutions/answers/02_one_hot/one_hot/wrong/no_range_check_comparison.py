# misconception: one-hot-blank-for-impossible
def one_hot(labels, num_classes):
    if labels.is_floating_point():
        raise ValueError
    return (labels.reshape(-1, 1) == torch.arange(num_classes, device=labels.device)).float()
