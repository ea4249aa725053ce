# misconception: grid-ends-missing
def style_grid(model, label, side, extent):
    line = torch.arange(side) * 2 * extent / side - extent
    z = torch.stack([line.repeat(side), line.flip(0).repeat_interleave(side)], dim=1)
    with torch.no_grad():
        return model.decoder(z, one_hot(torch.full((side * side,), label), model.num_classes))
