def one_hot(labels, num_classes):
    if labels.dtype in (torch.float32, torch.float64) or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError("labels must be classes")
    return F.one_hot(labels.long().reshape(-1), num_classes).float()
