# misconception: sample-code-scaled
@torch.no_grad()
def generate(model, labels):
    z = torch.randn(len(labels), model.latent_dim) / model.latent_dim**0.5  # so that they are about 1 long
    return model.decoder(z, one_hot(labels, model.num_classes))
