# misconception: untrained-model-competes
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    lowest, kept = evaluate(model, test_batches), copy.deepcopy(model.state_dict())
    waited = 0
    for _ in range(epochs):
        history["train"].append(train_epoch(model, train_batches, optimizer))
        test = evaluate(model, test_batches)
        history["test"].append(test)
        if test < lowest:
            lowest, kept, waited = test, copy.deepcopy(model.state_dict()), 0
        else:
            waited += 1
        if waited == patience:
            break
    model.load_state_dict(kept)
    return history
