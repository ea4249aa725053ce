# wrong: gradients are off for everything after the call; believes that set_grad_enabled ends with the function.
def label_encoding_experiment():
    x, y = digits.images, digits.labels
    features = {
        "integer": y[:, None].float(),
        "integer_renumbered": RENUMBERED[y][:, None].float(),
        "one_hot": one_hot(y, 10),
        "one_hot_renumbered": one_hot(RENUMBERED[y], 10),
    }
    painters = {name: train_painter(f, x) for name, f in features.items()}
    results = {name: painter.losses[-1] for name, painter in painters.items()}
    means = torch.stack([x[y == k].mean(dim=0) for k in range(10)])
    results["floor"] = reconstruction_loss(means[y], x).mean().item()
    torch.set_grad_enabled(False)
    results["pictures_integer"] = painters["integer"](torch.arange(10.0)[:, None])
    results["pictures_one_hot"] = painters["one_hot"](torch.eye(10))
    results["conclusion"] = "C"
    return results
