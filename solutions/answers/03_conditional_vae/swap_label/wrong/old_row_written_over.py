# misconception: labels-mixed
def swap_label(model, x, y, new_y):
    with torch.no_grad():
        c = one_hot(y, model.num_classes)
        style, _ = model.encoder(x, c)
        return model.decoder(style, c.scatter_(1, new_y[:, None], 1.0))
