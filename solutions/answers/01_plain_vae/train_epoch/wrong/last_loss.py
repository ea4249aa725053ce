# misconception: epoch-loss-of-last-batch
def train_epoch(model, batches, optimizer):
    was_training = model.training
    model.train()
    for x in batches:
        loss = negative_elbo(x, *model(x))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.train(was_training)
    return loss.item()
