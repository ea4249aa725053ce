# misconception: active-within-batches
def active_units(model, batches, threshold=0.01):
    was = model.training
    model.eval()
    with torch.no_grad():
        variances = [model.encoder(x)[0].var(0) for x in batches]
    model.train(was)
    return int((torch.stack(variances).mean(0) > threshold).sum())
