# misconception: gradients-clipped
def train_beta_epoch(model, batches, optimizer, beta):
    model.train()
    losses, images = 0.0, 0
    for x in batches:
        loss = beta_loss(x, *model(x), beta)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        losses += loss.item() * len(x)
        images += len(x)
    return losses / images
