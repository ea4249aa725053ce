# misconception: label-not-one-hot
def generate(model, labels):
    with torch.no_grad():
        return model.decoder(torch.randn(len(labels), model.latent_dim), labels)
