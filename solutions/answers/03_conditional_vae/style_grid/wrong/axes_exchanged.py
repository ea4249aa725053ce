# misconception: grid-transposed
def style_grid(model, label, side, extent):
    line = torch.linspace(-extent, extent, side)
    z = torch.cartesian_prod(line, line)
    with torch.no_grad():
        return model.decoder(z, one_hot(torch.full((side * side,), label), model.num_classes))
