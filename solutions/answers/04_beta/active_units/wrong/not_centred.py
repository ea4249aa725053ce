# misconception: active-by-size-of-mean
def active_units(model, batches, threshold=0.01):
    was = model.training
    model.eval()
    with torch.no_grad():
        mu = torch.cat([model.encoder(x)[0] for x in batches])
    model.train(was)
    return int((mu.square().mean(0) > threshold).sum())
