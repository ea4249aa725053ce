# misconception: label-not-one-hot
def swap_label(model, x, y, new_y):
    with torch.no_grad():
        mu, _ = model.encoder(x, y)
        return model.decoder(mu, new_y)
