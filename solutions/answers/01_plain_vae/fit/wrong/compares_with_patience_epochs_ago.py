# wrong: it stops as soon as the loss isn't lower than the one `patience` epochs ago, although a better epoch in between should have restarted the count.
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best = (math.inf, None)
    for epoch in range(epochs):
        history["train"].append(train_epoch(model, train_batches, optimizer))
        history["test"].append(evaluate(model, test_batches))
        tests = history["test"]
        if tests[-1] < best[0]:
            best = tests[-1], copy.deepcopy(model.state_dict())
        if len(tests) > patience and tests[-1] >= tests[-1 - patience]:
            break
    if best[1] is not None:
        model.load_state_dict(best[1])
    return history
