# misconception: history-incomplete
# it breaks before the losses are appended, so that the history misses the epoch that triggered the early stop.
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best_test_loss = float("inf")
    best_params = None
    no_improvement = 0

    for epoch in range(epochs):
        train_loss = train_epoch(model, train_batches, optimizer)
        test_loss = evaluate(model, test_batches)

        if test_loss < best_test_loss:
            best_test_loss = test_loss
            best_params = copy.deepcopy(model.state_dict())
            no_improvement = 0
        else:
            no_improvement += 1
            if no_improvement >= patience:
                break

        history["train"].append(train_loss)
        history["test"].append(test_loss)

    if best_params is not None:
        model.load_state_dict(best_params)
    return history
