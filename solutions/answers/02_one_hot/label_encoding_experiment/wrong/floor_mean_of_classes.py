# misconception: floor-mean-of-classes
def label_encoding_experiment():
    images, y, classes = digits.images, digits.labels, torch.arange(10)

    def integer(labels):
        return labels[:, None].float()

    def hot(labels):
        return one_hot(labels, 10)

    results = {"conclusion": "C"}
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
    results["floor"] = sum(reconstruction_loss(means[k].expand_as(images[y == k]), images[y == k]).mean().item() for k in range(10)) / 10
    return results
