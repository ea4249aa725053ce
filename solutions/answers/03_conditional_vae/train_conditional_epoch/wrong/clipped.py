# misconception: gradients-clipped
def train_conditional_epoch(model, batches, optimizer):
    model.train()
    losses, images = 0.0, 0
    for x, y in batches:
        x_hat, mu, log_var = model(x, F.one_hot(y, model.num_classes).float())
        bce = F.binary_cross_entropy(x_hat, x, reduction="none").sum(1)
        kl = (mu.square() + log_var.exp() - 1 - log_var).sum(1) / 2
        loss = (bce + kl).mean()
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        optimizer.step()
        losses += loss.item() * len(x)
        images += len(x)
    return losses / images
