# misconception: sampled-instead-of-mean
def latent_codes(model, batches):
    means, labels = [], []
    with torch.no_grad():
        for x, y in batches:
            mu, log_var = model.encoder(x, one_hot(y, model.num_classes))
            means.append(reparameterize(mu, log_var))
            labels.append(y)
    return torch.cat(means), torch.cat(labels)
