# misconception: one-label-for-all
@torch.no_grad()
def generate(model, labels):
    c = torch.zeros(len(labels), model.num_classes)
    c[:, labels[0]] = 1
    return model.decoder(torch.randn(len(labels), model.latent_dim), c)
