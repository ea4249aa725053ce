# misconception: model-outputs-mixed-up
def evaluate(model, batches):
    was_training = model.training
    model.eval()
    total, images = 0.0, 0
    with torch.no_grad():
        for x in batches:
            mu, log_var, x_hat = model(x)
            total += negative_elbo(x, x_hat, mu, log_var).item() * len(x)
            images += len(x)
    model.train(was_training)
    return total / images
