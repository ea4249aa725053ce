# misconception: reports-another-loss
def train_beta_epoch(model, batches, optimizer, beta):
    was = model.training
    model.train()
    total = n = 0
    for x in batches:
        x_hat, mu, log_var = model(x)
        loss = beta_loss(x, x_hat, mu, log_var, beta)
        optimizer.zero_grad()
        loss.backward()
        total += beta_loss(x, x_hat, mu, log_var, 1.0).item() * len(x)
        optimizer.step()
        n += len(x)
    model.train(was)
    return total / n
