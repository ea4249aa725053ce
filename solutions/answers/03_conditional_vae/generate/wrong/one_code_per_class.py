# misconception: sample-one-code
def generate(model, labels):
    with torch.no_grad():
        z = torch.randn(model.num_classes, model.latent_dim)[labels]
        return model.decoder(z, one_hot(labels, model.num_classes))
