# misconception: elbo-divided-by-batch-twice
def train_epoch(model, batches, optimizer):
    model.train()
    total, images = 0.0, 0
    for x in batches:
        loss = negative_elbo(x, *model(x)) / len(x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images
