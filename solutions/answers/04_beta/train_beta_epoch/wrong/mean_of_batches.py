# misconception: averages-batches-not-images
def train_beta_epoch(model, batches, optimizer, beta):
    was = model.training
    model.train()
    losses = []
    for x in batches:
        loss = beta_loss(x, *model(x), beta)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.train(was)
    return sum(losses) / len(losses)
