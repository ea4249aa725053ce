def one_hot(labels, num_classes):
    flat = labels.reshape(-1)
    if flat.dtype.is_floating_point or flat.dtype == torch.bool:
        raise ValueError("labels have to be integers")
    flat = flat.long()
    if ((flat < 0) | (flat >= num_classes)).any():
        raise ValueError("a label is not a class")
    rows = torch.zeros(len(flat), num_classes, device=labels.device)
    rows[torch.arange(len(flat)), flat] = 1
    return rows
