def swap_label(model, x, y, new_y):
    pages = []
    for image, old, new in zip(x, y, new_y):
        with torch.no_grad():
            mu, log_var = model.encoder(image[None], one_hot(old[None], model.num_classes))
            pages.append(model.decoder(mu, one_hot(new[None], model.num_classes))[0])
    return torch.stack(pages)
