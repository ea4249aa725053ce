# misconception: label-ignored
@torch.no_grad()
def latent_codes(model, batches):
    means, labels = [], []
    for x, y in batches:
        mu, _ = model.encoder(x, torch.ones(len(x), model.num_classes) / model.num_classes)
        means.append(mu)
        labels.append(y)
    return torch.cat(means), torch.cat(labels)
