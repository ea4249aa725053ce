# misconception: compares-with-previous
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best, weights, waited = math.inf, None, 0
    previous = math.inf
    try:
        for _ in range(epochs):
            history["train"].append(train_epoch(model, train_batches, optimizer))
            test = evaluate(model, test_batches)
            history["test"].append(test)
            if test < best:
                best, weights = test, copy.deepcopy(model.state_dict())
            if test < previous:
                waited = 0
            else:
                waited += 1
                if waited >= patience:
                    break
            previous = test
    finally:
        if weights is not None:
            model.load_state_dict(weights)
    return history
