# misconception: short-batch-left-out
def train_epoch(model, batches, optimizer):
    model.train()
    losses, images = 0.0, 0
    for x in batches:
        if images and len(x) < size:
            continue
        size = len(x)
        x_hat, mu, log_var = model(x)
        loss = negative_elbo(x, x_hat, mu, log_var)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses += loss.item() * len(x)
        images += len(x)
    return losses / images
