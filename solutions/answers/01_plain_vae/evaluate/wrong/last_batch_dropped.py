# misconception: short-batch-left-out
def evaluate(model, batches):
    training = model.training
    model.eval()
    losses, images = 0.0, 0
    with torch.no_grad():
        for x in list(batches)[:-1]:
            losses += negative_elbo(x, *model(x)).item() * len(x)
            images += len(x)
    model.train(training)
    return losses / images
