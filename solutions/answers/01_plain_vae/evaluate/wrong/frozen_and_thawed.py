# misconception: requires-grad-changed
def evaluate(model, batches):
    training = model.training
    model.eval()
    model.requires_grad_(False)
    losses, images = 0.0, 0
    for x in batches:
        losses += negative_elbo(x, *model(x)).item() * len(x)
        images += len(x)
    model.requires_grad_(True)
    model.train(training)
    return losses / images
