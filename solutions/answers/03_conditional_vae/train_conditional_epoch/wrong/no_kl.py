# misconception: elbo-kl-missing
def train_conditional_epoch(model, batches, optimizer):
    training = model.training
    model.train()
    total = count = 0
    for x, y in batches:
        x_hat, mu, log_var = model(x, one_hot(y, model.num_classes))
        loss = reconstruction_loss(x_hat, x).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    model.train(training)
    return total / count
