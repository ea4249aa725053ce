# misconception: averages-batches-not-images
def train_conditional_epoch(model, batches, optimizer):
    training = model.training
    model.train()
    losses = []
    for x, y in batches:
        loss = negative_elbo(x, *model(x, one_hot(y, model.num_classes)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.train(training)
    return sum(losses) / len(losses)
