# misconception: evaluate-builds-graph
def active_units(model, batches, threshold=0.01):
    was = model.training
    model.eval()
    mu = torch.cat([model.encoder(x)[0] for x in batches])
    model.train(was)
    return int((mu.var(0) > threshold).sum())
