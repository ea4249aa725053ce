# misconception: images-mixed-in-batch
def generate(model, labels):
    codes = torch.randn(len(labels), model.latent_dim)
    codes = codes - codes.mean(dim=0)  # the prior has mean 0
    with torch.no_grad():
        return model.decoder(codes, one_hot(labels, model.num_classes))
