def evaluate(model, batches, loss=None):
    loss = loss or negative_elbo
    training, model = model.training, model.eval()
    mean, seen = 0.0, 0
    previous = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    for x in batches:
        seen += len(x)
        mean += (float(loss(x, *model(x))) - mean) * len(x) / seen
    torch.set_grad_enabled(previous)
    model.train(training)
    return mean
