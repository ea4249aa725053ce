# misconception: elbo-terms-reduced-differently
def train_conditional_epoch(model, batches, optimizer):
    model.train()
    total, images = 0.0, 0
    for x, y in batches:
        x_hat, mu, log_var = model(x, one_hot(y, model.num_classes))
        bce = F.binary_cross_entropy(x_hat, x)
        loss = bce + kl_divergence(mu, log_var).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(x)
        images += len(x)
    return total / images
