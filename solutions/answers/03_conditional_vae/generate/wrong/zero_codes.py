# misconception: code-at-zero
def generate(model, labels):
    with torch.no_grad():
        return model.decoder(torch.zeros(len(labels), model.latent_dim), one_hot(labels, model.num_classes))
