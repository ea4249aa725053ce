# tries: to end the process at once, from a cell between two answers and from within an answer
# loses: evaluate
# %% after="encoder"
import os

os._exit(0)


# %% exercise="evaluate"
def evaluate(model, batches):
    __import__("os")._exit(0)
