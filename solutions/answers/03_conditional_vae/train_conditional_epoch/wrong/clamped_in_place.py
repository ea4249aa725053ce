# wrong: keeps pixels away from 0 and 1 with clamp_, which changes the caller's images (and the loss); the author believes that batches are copies.
def train_conditional_epoch(model, batches, optimizer):
    model.train()
    total, count = 0.0, 0
    for x, y in batches:
        x = x.clamp_(1e-3, 1 - 1e-3)
        x_hat, mu, log_var = model(x, one_hot(y, model.num_classes))
        loss = negative_elbo(x, x_hat, mu, log_var)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count
