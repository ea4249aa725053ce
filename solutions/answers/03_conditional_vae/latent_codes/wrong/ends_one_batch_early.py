# misconception: short-batch-left-out
@torch.no_grad()
def latent_codes(model, batches):
    means, labels = [], []
    for x, y in batches:
        mu, _ = model.encoder(x, one_hot(y, model.num_classes))
        means.append(mu)
        labels.append(y)
    batches = range(max(1, len(means) - 1))
    return torch.cat([means[i] for i in batches]), torch.cat([labels[i] for i in batches])
