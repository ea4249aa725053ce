# misconception: mode-not-restored
def latent_codes(model, batches):
    model.eval()
    means, labels = [], []
    with torch.no_grad():
        for x, y in batches:
            mu, log_var = model.encoder(x, one_hot(y, model.num_classes))
            means.append(mu)
            labels.append(y)
    return torch.cat(means), torch.cat(labels)
