# misconception: active-by-kl
def active_units(model, batches, threshold=0.01):
    was = model.training
    model.eval()
    with torch.no_grad():
        kl = torch.cat([kl_per_latent(*model.encoder(x)) for x in batches])
    model.train(was)
    return int((kl.mean(0) > threshold).sum())
