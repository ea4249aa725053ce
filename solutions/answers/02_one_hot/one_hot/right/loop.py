def one_hot(labels, num_classes):
    """One label at a time, and moved to the right place in the end."""
    if labels.is_floating_point():
        raise ValueError("integers, please")
    numbers = [int(label) for label in labels.reshape(-1).tolist()]
    rows = torch.zeros(len(numbers), num_classes)
    for i, number in enumerate(numbers):
        if number not in range(num_classes):
            raise ValueError(f"label {number} is not one of {num_classes} classes")
        rows[i, number] = 1
    return rows.to(labels.device)
