# misconception: sample-with-graph
def swap_label(model, x, y, new_y):
    mu, _ = model.encoder(x, one_hot(y, model.num_classes))
    return model.decoder(mu, one_hot(new_y, model.num_classes))
