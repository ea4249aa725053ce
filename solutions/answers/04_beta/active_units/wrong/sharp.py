# misconception: active-by-sharpness
def active_units(model, batches, threshold=0.01):
    was = model.training
    model.eval()
    with torch.no_grad():
        variance = torch.cat([model.encoder(x)[1].exp() for x in batches])
    model.train(was)
    return int((variance.mean(0) < threshold).sum())
