# misconception: one-hot-leaves-errors-to-pytorch
def one_hot(labels, num_classes):
    if labels.is_floating_point():
        raise ValueError
    index = labels.long().reshape(-1, 1)
    return torch.zeros(len(index), num_classes, device=labels.device).scatter_(1, index, 1)
