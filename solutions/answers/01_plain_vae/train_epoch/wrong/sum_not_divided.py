# misconception: epoch-loss-not-divided
def train_epoch(model, batches, optimizer):
    was_training = model.training
    model.train()
    total = 0.0
    for x in batches:
        loss = negative_elbo(x, *model(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    model.train(was_training)
    return total
