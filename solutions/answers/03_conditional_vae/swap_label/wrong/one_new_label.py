# misconception: one-label-for-all
@torch.no_grad()
def swap_label(model, x, y, new_y):
    mu, _ = model.encoder(x, one_hot(y, model.num_classes))
    wanted = torch.full_like(new_y, int(new_y[0]))
    return model.decoder(mu, one_hot(wanted, model.num_classes))
