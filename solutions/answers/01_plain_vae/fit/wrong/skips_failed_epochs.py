# misconception: error-swallowed
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best, weights, waited = math.inf, copy.deepcopy(model.state_dict()), 0
    for _ in range(epochs):
        try:
            train_loss = train_epoch(model, train_batches, optimizer)
            test_loss = evaluate(model, test_batches)
        except RuntimeError:
            continue
        history["train"].append(train_loss)
        history["test"].append(test_loss)
        if test_loss < best:
            best, weights, waited = test_loss, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
            if waited >= patience:
                break
    model.load_state_dict(weights)
    return history
