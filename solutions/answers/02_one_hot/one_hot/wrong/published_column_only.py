def one_hot(labels, num_classes):
    assert labels.shape[1] == 1
    assert torch.max(labels).item() < num_classes
    rows = torch.zeros(labels.size(0), num_classes)
    rows.scatter_(1, labels.data, 1)
    return rows
