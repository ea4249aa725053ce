# misconception: one-hot-width-from-batch
@torch.no_grad()
def generate(model, labels):
    return model.decoder(torch.randn(labels.numel(), model.latent_dim), F.one_hot(labels).float())
