# misconception: noise-seeded-inside
def generate(model, labels):
    torch.manual_seed(0)
    with torch.no_grad():
        return model.decoder(torch.randn(len(labels), model.latent_dim), one_hot(labels, model.num_classes))
