# misconception: evaluates-in-training-mode
def evaluate(model, batches):
    total, n = 0.0, 0
    with torch.no_grad():
        for x in batches:
            total += negative_elbo(x, *model(x)).item() * len(x)
            n += len(x)
    return total / n
