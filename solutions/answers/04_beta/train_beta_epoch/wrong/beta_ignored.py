# misconception: beta-ignored
def train_beta_epoch(model, batches, optimizer, beta):
    was = model.training
    model.train()
    total = n = 0
    for x in batches:
        loss = beta_loss(x, *model(x), 1.0)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        n += len(x)
    model.train(was)
    return total / n
