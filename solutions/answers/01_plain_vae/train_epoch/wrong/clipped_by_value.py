# misconception: gradients-clipped
def train_epoch(model, batches, optimizer):
    model.train()
    losses, images = 0.0, 0
    for x in batches:
        x_hat, mu, log_var = model(x)
        loss = negative_elbo(x, x_hat, mu, log_var)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_value_(model.parameters(), 0.5)
        optimizer.step()
        losses += loss.item() * len(x)
        images += len(x)
    return losses / images
