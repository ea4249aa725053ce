def style_grid(model, label, side, extent):
    with torch.no_grad():
        z = extent * (2 * torch.rand(side * side, 2) - 1)
        return model.decoder(z, one_hot(torch.full((side * side,), label), model.num_classes))
