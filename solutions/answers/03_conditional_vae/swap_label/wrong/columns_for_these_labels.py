# misconception: one-hot-width-from-batch
@torch.no_grad()
def swap_label(model, x, y, new_y):
    mu, _ = model.encoder(x, one_hot(y, int(y.max()) + 1))
    return model.decoder(mu, one_hot(new_y, int(new_y.max()) + 1))
