# misconception: best-weights-only-after-early-stop
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best, weights, waited = math.inf, None, 0
    for _ in range(epochs):
        history["train"].append(train_epoch(model, train_batches, optimizer))
        history["test"].append(evaluate(model, test_batches))
        if history["test"][-1] < best:
            best, weights, waited = history["test"][-1], copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
            if waited >= patience:
                model.load_state_dict(weights)
                break
    return history
