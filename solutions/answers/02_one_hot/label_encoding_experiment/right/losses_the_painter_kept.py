def label_encoding_experiment():
    """Takes the last loss that each painter remembers, and weighs class losses by their counts."""
    y = digits.labels
    integer = train_painter(y.float().reshape(-1, 1), digits.images)
    renumbered = train_painter(RENUMBERED[y].float().reshape(-1, 1), digits.images)
    hot = train_painter(one_hot(y, 10), digits.images)
    hot_renumbered = train_painter(one_hot(RENUMBERED[y], 10), digits.images)
    total = 0.0
    for k in range(10):
        mine = digits.images[y == k]
        total += reconstruction_loss(mine.mean(0).expand_as(mine), mine).sum().item()
    return {
        "integer": integer.losses[-1],
        "integer_renumbered": renumbered.losses[-1],
        "one_hot": hot.losses[-1],
        "one_hot_renumbered": hot_renumbered.losses[-1],
        "floor": total / len(y),
        "pictures_integer": integer(torch.arange(10).float()[:, None]).detach(),
        "pictures_one_hot": hot(torch.eye(10)).detach(),
        "conclusion": "C",
    }
