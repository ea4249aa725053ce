# misconception: bce-mean-over-pixels
def train_epoch(model, batches, optimizer):
    model.train()
    total, images = 0.0, 0
    for x in batches:
        x_hat, mu, log_var = model(x)
        loss = F.binary_cross_entropy(x_hat, x) + kl_divergence(mu, log_var).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images
