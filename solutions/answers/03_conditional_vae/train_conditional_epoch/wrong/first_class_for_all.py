# misconception: label-ignored
def train_conditional_epoch(model, batches, optimizer):
    model.train()
    total, images = 0.0, 0
    for x, y in batches:
        c = one_hot(torch.zeros_like(y), model.num_classes)
        loss = negative_elbo(x, *model(x, c))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images
