def swap_label(model, x, y, new_y):
    eye = torch.eye(model.num_classes)
    mu = model.encoder(x, eye[y])[0]
    return model.decoder(mu, eye[new_y]).detach()
