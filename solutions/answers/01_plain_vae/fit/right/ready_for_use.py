def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    train_losses, test_losses = [], []
    best_epoch = 0
    for epoch in range(1, epochs + 1):
        train_losses.append(train_epoch(model, train_batches, optimizer))
        test_losses.append(evaluate(model, test_batches))
        if best_epoch == 0 or test_losses[-1] < test_losses[best_epoch - 1]:
            best_epoch = epoch
            best_weights = copy.deepcopy(model.state_dict())
        elif epoch == best_epoch + patience:
            break
    model.load_state_dict(best_weights)
    model.eval()
    return {"train": train_losses, "test": test_losses}
