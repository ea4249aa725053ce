# misconception: elbo-kl-missing
def evaluate(model, batches):
    was_training = model.training
    model.eval()
    total, images = 0.0, 0
    with torch.no_grad():
        for x in batches:
            x_hat, _, _ = model(x)
            total += reconstruction_loss(x_hat, x).mean().item() * len(x)
            images += len(x)
    model.train(was_training)
    return total / images
