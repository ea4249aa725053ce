# misconception: mode-not-restored
def evaluate(model, batches):
    model.eval()
    total, n = 0.0, 0
    with torch.no_grad():
        for x in batches:
            total += negative_elbo(x, *model(x)).item() * len(x)
            n += len(x)
    model.train()
    return total / n
