# misconception: epoch-loss-running-average
@torch.no_grad()
def evaluate(model, batches):
    was_training = model.training
    model.eval()
    average = 0.0
    for x in batches:
        average = 0.5 * (average + negative_elbo(x, *model(x)).item())
    model.train(was_training)
    return average
