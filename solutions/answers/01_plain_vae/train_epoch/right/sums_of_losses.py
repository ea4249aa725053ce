def train_epoch(model, batches, optimizer):
    mode = model.training
    model.train()
    loss_sum = 0.0
    count = 0
    for x in batches:
        optimizer.zero_grad()
        x_hat, mu, log_var = model(x)
        loss = negative_elbo(x, x_hat, mu, log_var)
        loss.backward()
        optimizer.step()
        loss_sum += float(loss) * x.size(0)
        count += x.size(0)
    model.train(mode)
    return loss_sum / count
