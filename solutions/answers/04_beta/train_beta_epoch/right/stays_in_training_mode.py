def train_beta_epoch(model, batches, optimizer, beta):
    model.train()
    total = n = 0
    for x in batches:
        loss = beta_loss(x, *model(x), beta)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        n += len(x)
    return total / n
