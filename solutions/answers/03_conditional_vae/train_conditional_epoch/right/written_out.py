def train_conditional_epoch(model, batches, optimizer):
    training = model.training
    model.train()
    total = count = 0
    for x, y in batches:
        c = torch.zeros(len(y), model.num_classes).scatter_(1, y[:, None], 1.0)
        x_hat, mu, log_var = model(x, c)
        bce = F.binary_cross_entropy(x_hat, x, reduction="sum") / len(x)
        kl = -0.5 * torch.sum(1 + log_var - mu**2 - log_var.exp()) / len(x)
        loss = bce + kl
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    model.train(training)
    return total / count
