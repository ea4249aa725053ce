# wrong: a variance equal to the threshold counts (>= instead of >), so that with threshold 0 latents that do not vary at all are active.
def active_units(model, batches, threshold=0.01):
    training = model.training
    model.eval()
    with torch.no_grad():
        mu = torch.cat([model.encoder(x)[0] for x in batches], dim=0)
    model.train(training)
    spread = (mu - mu.mean(dim=0)).pow(2).mean(dim=0)
    return len([s for s in spread if s.item() >= threshold])
