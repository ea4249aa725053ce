# misconception: arguments-changed-in-place
def one_hot(labels, num_classes):
    if labels.is_floating_point() or (labels < 0).any() or (labels >= num_classes).any():
        raise ValueError
    if labels.dim() == 1:
        labels.unsqueeze_(1)
    return (labels == torch.arange(num_classes, device=labels.device)).float()
