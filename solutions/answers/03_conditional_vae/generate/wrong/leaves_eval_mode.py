# misconception: mode-not-restored
def generate(model, labels):
    model.eval()
    with torch.no_grad():
        return model.decoder(torch.randn(len(labels), model.latent_dim), one_hot(labels, model.num_classes))
