# misconception: active-in-one-batch
def active_units(model, batches, threshold=0.01):
    was = model.training
    model.eval()
    with torch.no_grad():
        for x in batches:
            mu = model.encoder(x)[0]
    model.train(was)
    return int((mu.var(0) > threshold).sum())
