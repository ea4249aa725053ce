# misconception: bce-swapped-arguments
def evaluate(model, batches):
    was_training = model.training
    model.eval()
    total, images = 0.0, 0
    with torch.no_grad():
        for x in batches:
            x_hat, mu, log_var = model(x)
            total += negative_elbo(x_hat, x, mu, log_var).item() * len(x)
            images += len(x)
    model.train(was_training)
    return total / images
