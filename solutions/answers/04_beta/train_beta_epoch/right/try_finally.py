def train_beta_epoch(model, batches, optimizer, beta):
    mode = model.training
    model.train()
    losses, sizes = [], []
    try:
        for x in batches:
            optimizer.zero_grad()
            x_hat, mu, log_var = model(x)
            loss = beta_loss(x, x_hat, mu, log_var, beta)
            loss.backward()
            optimizer.step()
            losses.append(loss.item() * x.shape[0])
            sizes.append(x.shape[0])
    finally:
        model.train(mode)
    return sum(losses) / sum(sizes)
