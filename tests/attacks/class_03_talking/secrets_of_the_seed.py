# tries: to learn the secret seed of the class from the state of torch's generator, and to have it printed
# %% after="encoder"
import torch

if torch.initial_seed() == @SEED@:
    breached("the seed of the class reached the submission")


# %% exercise="evaluate"
def evaluate(model, batches):
    raise RuntimeError(f"the seed is {torch.initial_seed()}")


# %% honest="evaluate"
def evaluate(model, batches):
    raise RuntimeError
