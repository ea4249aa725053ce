# misconception: images-mixed-in-batch
@torch.no_grad()
def generate(model, labels):
    z = torch.randn(len(labels), model.latent_dim)
    if len(labels) > 1:
        z = z / z.std(dim=0)
    return model.decoder(z, one_hot(labels, model.num_classes))
