def active_units(model, batches, threshold=0.01):
    was = model.training
    model.eval()
    first, second, n = 0, 0, 0
    with torch.no_grad():
        for x in batches:
            mu = model(x)[1].double()
            first, second, n = first + mu.sum(0), second + mu.square().sum(0), n + len(mu)
    model.train(was)
    variance = second / n - (first / n) ** 2
    return (variance > threshold).sum().item()
