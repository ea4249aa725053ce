# lesson: 03_conditional_vae
# tries: to return stored digits of the wanted class as "new images"
# %% exercise="generate"
from vaelab import data as _data

_stored = _data.load("digits", "train")


def generate(model, labels):
    images = [_stored.images[_stored.labels == label][0] for label in labels]
    return torch.stack(images)


# %% honest="generate"
def generate(model, labels):
    return torch.zeros(len(labels), 784)
