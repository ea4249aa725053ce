# wrong: arange(-extent, extent + step, step) is meant to include the end, but rounding gives one tick too many for some sides and extents (such as 8 and 3.0, or 10 and 2.0).
def style_grid(model, label, side, extent):
    step = 2 * extent / (side - 1)
    ticks = torch.arange(-extent, extent + step, step, dtype=torch.float32)
    down, right = torch.meshgrid(ticks.flip(0), ticks, indexing="ij")
    z = torch.stack([right.flatten(), down.flatten()], dim=1)
    c = one_hot(torch.full((len(z),), label), model.num_classes)
    with torch.no_grad():
        return model.decoder(z, c)
