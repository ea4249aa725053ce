# misconception: elbo-sign
def train_conditional_epoch(model, batches, optimizer):
    model.train()
    total, images = 0.0, 0
    for x, y in batches:
        loss = -negative_elbo(x, *model(x, one_hot(y, model.num_classes)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images
