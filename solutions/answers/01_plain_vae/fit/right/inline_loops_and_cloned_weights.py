def fit(model, train_batches, test_batches, optimizer, epochs, patience):
    history = {"train": [], "test": []}
    best = {"loss": float("inf"), "weights": {k: v.detach().clone() for k, v in model.state_dict().items()}}
    since = 0
    mode = model.training
    try:
        for epoch in range(epochs):
            model.train()
            total = count = 0
            for x in train_batches:
                loss = negative_elbo(x, *model(x))
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total, count = total + loss.item() * len(x), count + len(x)
            train_loss = total / count
            model.eval()
            total = count = 0
            with torch.no_grad():
                for x in test_batches:
                    total, count = total + negative_elbo(x, *model(x)).item() * len(x), count + len(x)
            history["train"].append(train_loss)
            history["test"].append(total / count)
            since += 1
            if history["test"][-1] < best["loss"]:
                best["loss"] = history["test"][-1]
                for k, v in model.state_dict().items():
                    best["weights"][k].copy_(v)
                since = 0
            if since == patience:
                break
    finally:
        model.load_state_dict(best["weights"])
        model.train(mode)
    return history
