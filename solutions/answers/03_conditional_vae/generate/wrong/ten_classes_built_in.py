# misconception: class-count-hard-coded
def generate(model, labels):
    with torch.no_grad():
        return model.decoder(torch.randn(len(labels), model.latent_dim), one_hot(labels, 10))
