def generate(model, labels):
    with torch.no_grad():
        noise = torch.randn(len(labels) + 3, model.latent_dim)[3:]
        c = (labels[:, None] == torch.arange(model.num_classes)).float()
        return model.decoder(noise, c)
