# wrong: switches anomaly detection on to be safe against NaN and leaves it on for the whole process.
def train_conditional_epoch(model, batches, optimizer):
    torch.autograd.set_detect_anomaly(True)
    model.train()
    total, count = 0.0, 0
    for x, y in batches:
        x_hat, mu, log_var = model(x, one_hot(y, model.num_classes))
        loss = negative_elbo(x, x_hat, mu, log_var)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        count += len(x)
    return total / count
