def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best_model, best_loss, remaining = model, float("inf"), patience
    for _ in range(epochs):
        if remaining == 0:
            break
        history["train"].append(train_epoch(model, train_batches, optimizer))
        loss = evaluate(model, test_batches)
        history["test"].append(loss)
        remaining -= 1
        if loss < best_loss:
            best_model, best_loss, remaining = copy.deepcopy(model), loss, patience
    model.load_state_dict(best_model.state_dict())
    return history
