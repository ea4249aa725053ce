# misconception: epoch-loss-running-average
def train_epoch(model, batches, optimizer):
    model.train()
    smooth = None
    for x in batches:
        loss = negative_elbo(x, *model(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        smooth = loss.item() if smooth is None else 0.9 * smooth + 0.1 * loss.item()
    return smooth
