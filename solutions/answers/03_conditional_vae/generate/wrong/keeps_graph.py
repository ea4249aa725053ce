# misconception: sample-with-graph
def generate(model, labels):
    z = torch.randn(len(labels), model.latent_dim)
    return model.decoder(z, one_hot(labels, model.num_classes))
