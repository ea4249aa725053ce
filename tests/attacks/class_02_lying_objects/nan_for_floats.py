# tries: NaN, -1 and absurd numbers where a Python float is expected
# useless: evaluate train_epoch
# %% exercise="evaluate"
def evaluate(model, batches):
    return float("nan")


# %% exercise="train_epoch"
def train_epoch(model, batches, optimizer):
    return 10**400
