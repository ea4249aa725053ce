# misconception: painter-measured-on-test-images
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
        results[name] = reconstruction_loss(pictures[digits_test.labels], digits_test.images).mean().item()
        painter = train_painter(encode(RENUMBERED[y]), images)
        with torch.no_grad():
            pictures = painter(encode(RENUMBERED))
        results[name + "_renumbered"] = reconstruction_loss(pictures[digits_test.labels], digits_test.images).mean().item()
    means = torch.stack([images[y == k].mean(dim=0) for k in range(10)])
    results["floor"] = reconstruction_loss(means[y], images).mean().item()
    return results
