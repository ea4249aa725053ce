# misconception: labels-reordered
def generate(model, labels):
    with torch.no_grad():
        labels = labels.sort().values
        return model.decoder(torch.randn(len(labels), model.latent_dim), one_hot(labels, model.num_classes))
