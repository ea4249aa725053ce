# wrong: an epoch only counts as better when it is lower by 0.1 %, but any strictly lower test loss must reset the patience and be kept.
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best, stale, state = float("inf"), 0, None
    for _ in range(epochs):
        history["train"].append(train_epoch(model, train_batches, optimizer))
        history["test"].append(evaluate(model, test_batches))
        now = history["test"][-1]
        if now < best * (1 - 1e-3):
            best, stale, state = now, 0, copy.deepcopy(model.state_dict())
            continue
        stale += 1
        if stale == patience:
            break
    if state:
        model.load_state_dict(state)
    return history
