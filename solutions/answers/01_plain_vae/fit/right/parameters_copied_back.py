def fit(model: nn.Module, train_batches, test_batches, optimizer, epochs: int, patience: int) -> dict:
    history = {"train": [], "test": [], "best_epoch": None}
    best_parameters = None
    try:
        for epoch in range(epochs):
            history["train"] += [train_epoch(model, train_batches, optimizer)]
            history["test"] += [evaluate(model, test_batches)]
            if min(history["test"]) == history["test"][-1] and history["test"].count(history["test"][-1]) == 1:
                history["best_epoch"] = epoch
                best_parameters = [p.detach().clone() for p in model.parameters()]
            if epoch - history["best_epoch"] >= patience:
                break
    except KeyboardInterrupt:
        print("stopped by hand")
    finally:
        if best_parameters is not None:
            with torch.no_grad():
                for p, best in zip(model.parameters(), best_parameters):
                    p.copy_(best)
    return history
