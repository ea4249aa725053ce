# wrong: the best loss starts at 1000 nats, so higher test losses never count as progress; the author believes that no image costs so much.
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best, best_state, bad = 1000.0, None, 0
    for _ in range(epochs):
        history["train"].append(train_epoch(model, train_batches, optimizer))
        test = evaluate(model, test_batches)
        history["test"].append(test)
        if test < best:
            best, best_state, bad = test, copy.deepcopy(model.state_dict()), 0
        else:
            bad += 1
            if bad >= patience:
                break
    if best_state is not None:
        model.load_state_dict(best_state)
    return history
