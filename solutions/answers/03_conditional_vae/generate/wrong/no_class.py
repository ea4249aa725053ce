# misconception: label-ignored
def generate(model, labels):
    with torch.no_grad():
        c = torch.zeros(len(labels), model.num_classes)
        return model.decoder(torch.randn(len(labels), model.latent_dim), c)
