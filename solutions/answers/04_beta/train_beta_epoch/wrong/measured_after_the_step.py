# misconception: epoch-loss-after-training
# the loss that is averaged is measured again after each step instead of being the one met on the way, so that the float is too optimistic.
def train_beta_epoch(model, batches, optimizer, beta):
    model.train()
    weighted = images = 0
    for x in batches:
        optimizer.zero_grad()
        beta_loss(x, *model(x), beta).backward()
        optimizer.step()
        with torch.no_grad():
            weighted += beta_loss(x, *model(x), beta).item() * len(x)
        images += len(x)
    return weighted / images
