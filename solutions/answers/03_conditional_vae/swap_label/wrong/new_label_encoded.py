# misconception: encoded-under-new-label
def swap_label(model, x, y, new_y):
    with torch.no_grad():
        c, new_c = one_hot(y, model.num_classes), one_hot(new_y, model.num_classes)
        mu, log_var = model.encoder(x, new_c)
        return model.decoder(mu, new_c)
