def one_hot(labels, num_classes):
    if torch.is_floating_point(labels):
        raise ValueError
    labels = labels.reshape(-1).type(torch.long)
    if ((labels >= 0) & (labels < num_classes)).all().item() is False:
        raise ValueError("out of range")
    rows = labels.new_zeros((labels.numel(), num_classes), dtype=torch.float32)
    rows[torch.arange(labels.numel(), device=labels.device), labels] = 1.0
    return rows
