# misconception: grad-mode-left-changed
# it switches gradients off and then always on, so that a caller inside torch.no_grad() finds them enabled afterwards: a global mode was changed.
def evaluate(model, batches):
    training = model.training
    model.eval()
    torch.set_grad_enabled(False)
    losses, weights = [], []
    for x in batches:
        losses.append(negative_elbo(x, *model(x)))
        weights.append(float(len(x)))
    torch.set_grad_enabled(True)
    model.train(training)
    weights = torch.tensor(weights)
    return (torch.stack(losses).cpu() @ weights / weights.sum()).item()
