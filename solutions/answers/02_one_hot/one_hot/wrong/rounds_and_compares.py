# misconception: one-hot-takes-whole-floats
def one_hot(labels, num_classes):
    labels = labels.flatten()
    whole = labels.long()
    if (whole != labels).any():
        raise ValueError("labels are classes, not amounts")
    if ((whole < 0) | (whole >= num_classes)).any():
        raise ValueError("there is no such class")
    return (whole[:, None] == torch.arange(num_classes, device=labels.device)).float()
