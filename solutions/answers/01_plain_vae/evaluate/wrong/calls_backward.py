# misconception: evaluate-calls-backward
def evaluate(model, batches):
    was_training = model.training
    model.eval()
    total, n = 0.0, 0
    for x in batches:
        with torch.enable_grad():
            loss = negative_elbo(x, *model(x))
            loss.backward()
        total += loss.item() * len(x)
        n += len(x)
    model.train(was_training)
    return total / n
