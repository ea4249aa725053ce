# tries: NaN, -1 and absurd numbers where a Python float is expected
# stubs: trained_vae
# %% exercise="evaluate"
def evaluate(model, batches):
    return float("nan")


# %% honest="evaluate"
def evaluate(model, batches):
    return -1.0


# %% exercise="train_epoch"
def train_epoch(model, batches, optimizer):
    return 10**400


# %% honest="train_epoch"
def train_epoch(model, batches, optimizer):
    return -1.0
