def label_encoding_experiment():
    x, y = digits.images, digits.labels
    new = RENUMBERED[y]
    ks = torch.arange(10)

    def as_number(labels):
        return labels.unsqueeze(1).float()

    def as_rows(labels):
        return one_hot(labels, 10)

    p1 = train_painter(as_number(y), x)
    p2 = train_painter(as_number(new), x)
    p3 = train_painter(as_rows(y), x)
    p4 = train_painter(as_rows(new), x)

    def loss(painter, features):
        return reconstruction_loss(painter(features), x).mean().item()

    with torch.no_grad():
        means = torch.zeros(10, 784)
        for k in range(10):
            means[k] = x[y == k].mean(0)
        return {
            "integer": loss(p1, as_number(y)),
            "integer_renumbered": loss(p2, as_number(new)),
            "one_hot": loss(p3, as_rows(y)),
            "one_hot_renumbered": loss(p4, as_rows(new)),
            "floor": reconstruction_loss(means[y], x).mean().item(),
            "pictures_integer": p1(as_number(ks)),
            "pictures_one_hot": p3(as_rows(ks)),
            "conclusion": "C",
        }
