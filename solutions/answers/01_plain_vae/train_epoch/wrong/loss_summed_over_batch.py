# misconception: elbo-summed-over-batch
def train_epoch(model, batches, optimizer):
    was_training = model.training
    model.train()
    total, n = 0.0, 0
    for x in batches:
        x_hat, mu, log_var = model(x)
        loss = (reconstruction_loss(x_hat, x) + kl_divergence(mu, log_var)).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
        n += len(x)
    model.train(was_training)
    return total / n
