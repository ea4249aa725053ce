# misconception: class-count-hard-coded
def train_conditional_epoch(model, batches, optimizer):
    training = model.training
    model.train()
    total = count = 0
    for x, y in batches:
        loss = negative_elbo(x, *model(x, one_hot(y, 10)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    model.train(training)
    return total / count
