# misconception: pixels-drawn-not-means
def generate(model, labels):
    with torch.no_grad():
        means = model.decoder(torch.randn(len(labels), model.latent_dim), one_hot(labels, model.num_classes))
        return torch.bernoulli(means)
