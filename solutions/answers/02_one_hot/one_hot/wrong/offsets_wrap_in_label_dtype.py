# wrong: the positions in the flat table are computed in the labels' own dtype, so with uint8 or int8 labels they wrap around as soon as B * num_classes passes 255 (127), and the ones land in wrong rows.
def one_hot(labels, num_classes):
    if labels.is_floating_point():
        raise ValueError(f"integer labels expected, got {labels.dtype}")
    flat = labels.reshape(-1)
    if any(not (0 <= int(v) < num_classes) for v in flat):
        raise ValueError(f"labels must be between 0 and {num_classes - 1}")
    n = flat.numel()
    starts = (torch.arange(n, device=flat.device) * num_classes).to(flat.dtype)
    table = torch.zeros(n * num_classes, device=flat.device)
    table[(starts + flat).long()] = 1
    return table.view(n, num_classes)
