# misconception: codes-reordered
@torch.no_grad()
def latent_codes(model, batches):
    means, labels = [], []
    for x, y in batches:
        mu, _ = model.encoder(x, one_hot(y, model.num_classes))
        means.append(mu)
        labels.append(y)
    mu, y = torch.cat(means), torch.cat(labels)
    groups = torch.cat([(y == k).nonzero().flatten() for k in range(model.num_classes)])
    return mu[groups], y[groups]
