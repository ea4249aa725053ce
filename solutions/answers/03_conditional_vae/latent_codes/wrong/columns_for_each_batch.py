# misconception: one-hot-width-from-batch
@torch.no_grad()
def latent_codes(model, batches):
    means, labels = [], []
    for x, y in batches:
        mu, _ = model.encoder(x, one_hot(y, int(y.max()) + 1))
        means.append(mu)
        labels.append(y)
    return torch.cat(means), torch.cat(labels)
