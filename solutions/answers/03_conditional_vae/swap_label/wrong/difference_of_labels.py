# misconception: labels-mixed
def swap_label(model, x, y, new_y):
    before, after = (F.one_hot(labels, model.num_classes).float() for labels in (y, new_y))
    with torch.no_grad():
        return model.decoder(model.encoder(x, before)[0], after - before)
