def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    train, test, kept = [], [], copy.deepcopy(model.state_dict())
    try:
        while len(test) < epochs:
            if test and len(test) - 1 - test.index(min(test)) >= patience:
                break
            train_loss = train_epoch(model, train_batches, optimizer)
            test_loss = evaluate(model, test_batches)
            if not test or test_loss < min(test):
                kept = copy.deepcopy(model.state_dict())
            train.append(train_loss)
            test.append(test_loss)
    finally:
        model.load_state_dict(kept)
    return dict(train=train, test=test)
