# wrong: gradients are off for everything after the call; believes that set_grad_enabled ends with the function.
def _tensors(dataset):
    """Images (N, 784) float32 and labels (N,) int64 of a data set, however it keeps them."""
    if isinstance(dataset, dict):
        parts = list(dataset.values())
    elif isinstance(dataset, (tuple, list)):
        parts = list(dataset)
    elif hasattr(dataset, "tensors"):
        parts = list(dataset.tensors)
    else:
        parts = list(getattr(dataset, "__dict__", {}).values())
    parts = [part for part in parts if torch.is_tensor(part)]
    images = [part for part in parts if part.dim() >= 2]
    labels = [part for part in parts if part.dim() == 1 and not part.is_floating_point()]
    if not (images and labels):
        pairs = [tuple(item)[:2] for item in dataset]
        if pairs[0][0].dim() == 2:
            images, labels = [torch.cat([x for x, _ in pairs])], [torch.cat([y for _, y in pairs])]
        else:
            images, labels = [torch.stack([x for x, _ in pairs])], [torch.tensor([int(y) for _, y in pairs])]
    return images[0].reshape(len(images[0]), -1), labels[0].long()


def label_encoding_experiment():
    x, y = _tensors(digits)
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
