def train_epoch(model, batches, optimizer):
    model.train()
    total, n = 0.0, 0
    for x in batches:
        loss = negative_elbo(x, *model(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        n += len(x)
    return total / n
