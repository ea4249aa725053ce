# misconception: label-not-one-hot
def latent_codes(model, batches):
    means, labels = [], []
    with torch.no_grad():
        for x, y in batches:
            mu, log_var = model.encoder(x, y)
            means.append(mu)
            labels.append(y)
    return torch.cat(means), torch.cat(labels)
