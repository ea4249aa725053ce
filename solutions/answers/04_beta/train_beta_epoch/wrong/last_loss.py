# misconception: epoch-loss-of-last-batch
def train_beta_epoch(model, batches, optimizer, beta):
    was = model.training
    model.train()
    for x in batches:
        loss = beta_loss(x, *model(x), beta)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.train(was)
    return loss.item()
