# misconception: patience-not-reset
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    lowest, weights, worse = math.inf, None, 0
    for _ in range(epochs):
        history["train"].append(train_epoch(model, train_batches, optimizer))
        loss = evaluate(model, test_batches)
        history["test"].append(loss)
        if loss < lowest:
            lowest, weights = loss, copy.deepcopy(model.state_dict())
            continue
        worse += 1
        if worse > patience:
            break
    model.load_state_dict(weights)
    return history
