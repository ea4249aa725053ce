# misconception: short-batch-left-out
def train_beta_epoch(model, batches, optimizer, beta):
    model.train()
    losses, images = 0.0, 0
    for x in batches:
        if images and len(x) < size:
            continue
        size = len(x)
        loss = beta_loss(x, *model(x), beta)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses += loss.item() * len(x)
        images += len(x)
    return losses / images
