# misconception: bce-swapped-arguments
def train_epoch(model, batches, optimizer):
    model.train()
    total, images = 0.0, 0
    for x in batches:
        x_hat, mu, log_var = model(x)
        loss = negative_elbo(x_hat, x, mu, log_var)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images
