# wrong: the variance is E[mu²] − E[mu]² in single precision, which cancels when the mean is large against the spread; the author believes that the textbook identity holds in floating point.
def active_units(model, batches, threshold=0.01):
    was_training = model.training
    model.eval()
    first = second = count = 0
    with torch.no_grad():
        for x in batches:
            mu, _ = model.encoder(x)
            first = first + mu.sum(dim=0)
            second = second + mu.square().sum(dim=0)
            count += len(x)
    model.train(was_training)
    variance = second / count - (first / count).square()
    return int((variance > threshold).sum())
