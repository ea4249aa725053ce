# misconception: history-incomplete
def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best, weights, waited = math.inf, None, 0
    try:
        for epoch in range(epochs):
            train_loss = train_epoch(model, train_batches, optimizer)
            test_loss = evaluate(model, test_batches)
            if epoch > 0:
                history["train"].append(train_loss)
                history["test"].append(test_loss)
            if test_loss < best:
                best, weights, waited = test_loss, copy.deepcopy(model.state_dict()), 0
            else:
                waited += 1
                if waited >= patience:
                    break
    finally:
        if weights is not None:
            model.load_state_dict(weights)
    return history
