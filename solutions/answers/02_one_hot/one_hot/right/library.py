def one_hot(labels, num_classes):
    allowed = (torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64)
    if labels.dtype not in allowed:
        raise ValueError(f"cannot use labels of type {labels.dtype}")
    if labels.dim() == 2:
        labels = labels.squeeze(1)
    if torch.any(labels < 0) or torch.any(labels >= num_classes):
        raise ValueError("label out of range")
    return F.one_hot(labels.long(), num_classes).to(torch.float32)
