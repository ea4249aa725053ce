# misconception: pictures-of-the-renumbered-painter
def label_encoding_experiment():
    images, y, classes = digits.images, digits.labels, torch.arange(10)
    encodings = {"integer": lambda labels: labels[:, None].float(), "one_hot": lambda labels: one_hot(labels, 10)}
    results = {"conclusion": "C"}
    for name, encode in encodings.items():
        for ending, number in (("", classes), ("_renumbered", RENUMBERED)):
            painter = train_painter(encode(number[y]), images)
            with torch.no_grad():
                pictures = painter(encode(number))
            results[name + ending] = reconstruction_loss(pictures[y], images).mean().item()
            results[f"pictures_{name}"] = pictures
    means = torch.stack([images[y == k].mean(dim=0) for k in range(10)])
    results["floor"] = reconstruction_loss(means[y], images).mean().item()
    return results
