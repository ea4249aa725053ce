# misconception: label-ignored
def generate(model, labels):
    with torch.no_grad():
        labels = torch.randint(0, model.num_classes, labels.shape)
        return model.decoder(torch.randn(len(labels), model.latent_dim), one_hot(labels, model.num_classes))
