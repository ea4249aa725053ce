# misconception: bce-mean-over-pixels
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
        results[name] = F.binary_cross_entropy(pictures[y], images).item()
        painter = train_painter(encode(RENUMBERED[y]), images)
        with torch.no_grad():
            pictures = painter(encode(RENUMBERED))
        results[name + "_renumbered"] = F.binary_cross_entropy(pictures[y], images).item()
    means = torch.stack([images[y == k].mean(dim=0) for k in range(10)])
    results["floor"] = F.binary_cross_entropy(means[y], images).item()
    return results
