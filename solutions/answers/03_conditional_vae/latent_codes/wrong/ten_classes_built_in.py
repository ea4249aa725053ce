# misconception: class-count-hard-coded
def latent_codes(model, batches):
    means, labels = [], []
    with torch.no_grad():
        for x, y in batches:
            mu, log_var = model.encoder(x, one_hot(y, 10))
            means.append(mu)
            labels.append(y)
    return torch.cat(means), torch.cat(labels)
