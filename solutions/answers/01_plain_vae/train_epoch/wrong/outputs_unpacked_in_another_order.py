# misconception: model-outputs-mixed-up
def train_epoch(model, batches, optimizer):
    model.train()
    total, images = 0.0, 0
    for x in batches:
        mu, log_var, x_hat = model(x)
        loss = negative_elbo(x, x_hat, mu, log_var)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images
