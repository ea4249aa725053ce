# misconception: averages-batches-not-images
def evaluate(model, batches):
    was_training = model.training
    model.eval()
    losses = []
    with torch.no_grad():
        for x in batches:
            losses.append(negative_elbo(x, *model(x)).item())
    model.train(was_training)
    return sum(losses) / len(losses)
