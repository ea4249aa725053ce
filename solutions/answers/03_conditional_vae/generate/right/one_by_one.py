def generate(model, labels):
    images = []
    with torch.no_grad():
        for label in labels.tolist():
            c = torch.zeros(1, model.num_classes)
            c[0, label] = 1
            images.append(model.decoder(torch.randn(1, model.latent_dim), c))
    return torch.cat(images)
