def generate(model, labels):
    """Rows of int64, which `torch.cat` turns into the floats of the code that they are joined to."""
    with torch.no_grad():
        z = torch.randn(len(labels), model.latent_dim)
        return model.decoder(z, F.one_hot(labels, model.num_classes))
