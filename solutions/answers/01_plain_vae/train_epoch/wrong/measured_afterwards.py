# misconception: epoch-loss-after-training
def train_epoch(model, batches, optimizer):
    was_training = model.training
    model.train()
    for x in batches:
        loss = negative_elbo(x, *model(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    total, n = 0.0, 0
    with torch.no_grad():
        for x in batches:
            total += negative_elbo(x, *model(x)).item() * len(x)
            n += len(x)
    model.train(was_training)
    return total / n
