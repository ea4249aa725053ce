# misconception: epoch-loss-divided-wrongly
def evaluate(model, batches):
    was_training = model.training
    model.eval()
    total, n = 0.0, 0
    with torch.no_grad():
        for x in batches:
            total += negative_elbo(x, *model(x)).item() * len(x)
            n += 1
    model.train(was_training)
    return total / n
