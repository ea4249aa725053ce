# wrong: class numbers beyond 127 or 255 wrap in int8 or uint8, so rows get a second 1; believes that both sides of == should share the labels' dtype.
def one_hot(labels, num_classes):
    if labels.is_floating_point():
        raise ValueError("labels must be integers")
    ids = labels.long()
    if ((ids < 0) | (ids >= num_classes)).any():
        raise ValueError(f"label outside 0 … {num_classes - 1}")
    classes = torch.arange(num_classes, device=labels.device).to(labels.dtype)
    return (labels.reshape(-1, 1) == classes).float()
