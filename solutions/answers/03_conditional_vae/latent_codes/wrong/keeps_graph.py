# misconception: codes-with-graph
def latent_codes(model, batches):
    means, labels = [], []
    if True:
        for x, y in batches:
            mu, log_var = model.encoder(x, one_hot(y, model.num_classes))
            means.append(mu)
            labels.append(y)
    return torch.cat(means), torch.cat(labels)
