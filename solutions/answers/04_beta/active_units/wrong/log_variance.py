# misconception: active-by-log-of-variance
def active_units(model, batches, threshold=0.01):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        mu = torch.cat([model.encoder(x)[0] for x in batches])
        units = int((mu.var(dim=0).log() > threshold).sum())
    model.train(was_training)
    return units
