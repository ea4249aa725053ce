# misconception: arguments-in-wrong-order
def train_beta_epoch(model, batches, optimizer, beta):
    model.train()
    total, images = 0.0, 0
    for x in batches:
        mu, log_var, x_hat = model(x)
        loss = beta_loss(x, x_hat, mu, log_var, beta)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images
