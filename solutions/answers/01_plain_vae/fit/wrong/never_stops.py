# misconception: never-stops
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best, weights = math.inf, None
    try:
        for _ in range(epochs):
            history["train"].append(train_epoch(model, train_batches, optimizer))
            history["test"].append(evaluate(model, test_batches))
            if history["test"][-1] < best:
                best, weights = history["test"][-1], copy.deepcopy(model.state_dict())
    finally:
        if weights is not None:
            model.load_state_dict(weights)
    return history
