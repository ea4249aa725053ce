@torch.no_grad()
def evaluate(model, batches):
    was_training = model.training
    model.eval()
    total, n = 0.0, 0
    for x in batches:
        x_hat, mu, log_var = model(x)
        total += negative_elbo(x, x_hat, mu, log_var).item() * len(x)
        n += len(x)
    model.train(was_training)
    return total / n
