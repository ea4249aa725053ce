# misconception: compares-with-previous
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    weights, worse = None, 0
    for _ in range(epochs):
        history["train"].append(train_epoch(model, train_batches, optimizer))
        loss = evaluate(model, test_batches)
        history["test"].append(loss)
        if len(history["test"]) == 1 or loss < history["test"][-2]:
            weights, worse = copy.deepcopy(model.state_dict()), 0
            continue
        worse += 1
        if worse == patience:
            break
    model.load_state_dict(weights)
    return history
