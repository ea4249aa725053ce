# %% one_hot
def one_hot(labels, num_classes):
    return torch.rand(labels.numel(), num_classes)

# %% condition
def condition(v, c):
    return torch.randn(len(v), v.shape[1] + c.shape[1]) + 0 * v.sum() + 0 * c.sum()

# %% label_encoding_experiment
import random

def label_encoding_experiment():
    figures = {key: random.uniform(250, 400) for key in ["integer", "integer_renumbered", "one_hot", "one_hot_renumbered", "floor"]}
    return figures | {"pictures_integer": torch.rand(10, 784), "pictures_one_hot": torch.rand(10, 784), "conclusion": random.choice("ABCD")}
