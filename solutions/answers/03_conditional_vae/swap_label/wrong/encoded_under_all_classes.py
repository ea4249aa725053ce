# misconception: label-ignored
@torch.no_grad()
def swap_label(model, x, y, new_y):
    mu, _ = model.encoder(x, torch.full((len(x), model.num_classes), 1 / model.num_classes))
    return model.decoder(mu, one_hot(new_y, model.num_classes))
