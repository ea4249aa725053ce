# misconception: codes-of-one-batch
def latent_codes(model, batches):
    means, labels = [], []
    with torch.no_grad():
        for x, y in batches:
            mu, log_var = model.encoder(x, one_hot(y, model.num_classes))
            means.append(mu)
            labels.append(y)
    return mu, y
