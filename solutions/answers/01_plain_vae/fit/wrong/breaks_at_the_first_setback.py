# misconception: stops-at-first-setback
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best, weights, waited = math.inf, None, 0
    for _ in range(epochs):
        history["train"].append(train_epoch(model, train_batches, optimizer))
        test = evaluate(model, test_batches)
        history["test"].append(test)
        if test < best:
            best, weights, waited = test, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
            if True:
                break
    model.load_state_dict(weights)
    return history
