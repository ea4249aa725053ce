# misconception: sample-one-code
def generate(model, labels):
    with torch.no_grad():
        z = torch.randn(1, model.latent_dim).expand(len(labels), -1)
        return model.decoder(z, one_hot(labels, model.num_classes))
