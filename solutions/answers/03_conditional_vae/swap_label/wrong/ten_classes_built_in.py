# misconception: class-count-hard-coded
def swap_label(model, x, y, new_y):
    with torch.no_grad():
        return model.decoder(model.encoder(x, one_hot(y, 10))[0], one_hot(new_y, 10))
