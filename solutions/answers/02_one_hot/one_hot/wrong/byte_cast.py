# wrong: labels wrap at 256, so 256 or -250 pass as valid classes; believes that class numbers always fit into a byte.
def one_hot(labels, num_classes):
    if labels.is_floating_point():
        raise ValueError("labels must be integers")
    ids = labels.reshape(-1).to(torch.uint8)  # a class number fits into a byte
    if (ids < 0).any() or (ids >= num_classes).any():
        raise ValueError(f"label outside 0 … {num_classes - 1}")
    return F.one_hot(ids.long(), num_classes).float()
