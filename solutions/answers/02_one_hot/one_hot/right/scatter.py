def one_hot(labels, num_classes):
    if labels.dtype.is_floating_point:
        raise ValueError("labels must be integers")
    index = labels.to(torch.int64).view(-1, 1)
    if index.numel() > 0 and (index.min() < 0 or index.max() >= num_classes):
        raise ValueError(f"labels must be in [0, {num_classes})")
    rows = torch.zeros(index.shape[0], num_classes, device=labels.device)
    return rows.scatter_(1, index, 1.0)
