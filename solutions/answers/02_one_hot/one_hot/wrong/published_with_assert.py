# misconception: one-hot-asserts
def one_hot(labels, num_classes):
    assert torch.max(labels).item() < num_classes
    if labels.dim() == 1:
        labels = labels.unsqueeze(1)
    rows = torch.zeros(labels.size(0), num_classes).to(labels.device)
    rows.scatter_(1, labels.long(), 1)
    return rows
