# misconception: result-of-another-dtype
def latent_codes(model, batches):
    pairs = []
    with torch.no_grad():
        for x, y in batches:
            pairs.append((model.encoder(x, F.one_hot(y, model.num_classes).float())[0], y.double()))
    codes, labels = zip(*pairs)
    return torch.cat(codes), torch.cat(labels)
