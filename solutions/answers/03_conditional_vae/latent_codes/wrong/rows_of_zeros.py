# misconception: room-for-full-batches
def latent_codes(model, batches):
    pairs = list(batches)
    size = len(pairs[0][0])
    codes = torch.zeros(len(pairs), size, model.latent_dim)
    labels = torch.zeros(len(pairs), size, dtype=torch.long)
    with torch.no_grad():
        for place, (x, y) in enumerate(pairs):
            codes[place, : len(x)] = model.encoder(x, F.one_hot(y, model.num_classes).float())[0]
            labels[place, : len(x)] = y
    return codes.flatten(0, 1), labels.flatten()
