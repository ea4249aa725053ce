# slow
# tries: a cell and an answer that never end, in Python
# loses: evaluate
# %% after="encoder"
while True:
    pass


# %% exercise="evaluate"
def evaluate(model, batches):
    while True:
        pass
