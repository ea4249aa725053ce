# %% label_encoding_experiment
def label_encoding_experiment():
    """No painter is trained: class means, and for the line the slope of a single formula."""
    images, y = digits.images, digits.labels
    means = torch.stack([images[y == k].mean(dim=0) for k in range(10)])

    def line(numbers):
        k = numbers[y].float()
        m = images.mean(dim=0).clamp(1e-6, 1 - 1e-6)
        slope = ((k - k.mean())[:, None] * images).mean(dim=0) / (k.var(correction=0) * m * (1 - m))
        return torch.sigmoid(m.logit() + slope * (numbers.float() - k.mean())[:, None])

    def cost(pictures):
        return reconstruction_loss(pictures[y], images).mean().item()

    straight, turned = line(torch.arange(10)), line(RENUMBERED)
    return {
        "integer": cost(straight), "integer_renumbered": cost(turned), "one_hot": cost(means),
        "one_hot_renumbered": cost(means), "floor": 0.0, "conclusion": "C",
        "pictures_integer": straight, "pictures_one_hot": means,
    }
