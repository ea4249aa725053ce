def generate(model, labels):
    noise = torch.normal(0.0, 1.0, size=(labels.shape[0], model.latent_dim))
    c = torch.eye(model.num_classes)[labels]
    return model.decoder(noise, c).detach()
