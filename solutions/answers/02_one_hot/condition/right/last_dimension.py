def condition(v, c):
    rows = [torch.cat([image, label]) for image, label in zip(v, c, strict=True)]
    return torch.stack(rows)
