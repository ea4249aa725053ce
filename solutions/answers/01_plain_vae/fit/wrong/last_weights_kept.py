# misconception: best-weights-not-restored
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best, waited = math.inf, 0
    for _ in range(epochs):
        history["train"].append(train_epoch(model, train_batches, optimizer))
        history["test"].append(evaluate(model, test_batches))
        if history["test"][-1] < best:
            best, waited = history["test"][-1], 0
        else:
            waited += 1
            if waited >= patience:
                break
    return history
