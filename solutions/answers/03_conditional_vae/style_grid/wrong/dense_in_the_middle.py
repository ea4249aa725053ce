# misconception: grid-ends-missing
def style_grid(model, label, side, extent):
    line = torch.linspace(-1, 1, side) ** 3 * extent
    z2, z1 = torch.meshgrid(line.flip(0), line, indexing="ij")
    z = torch.stack([z1.flatten(), z2.flatten()], dim=1)
    c = F.one_hot(torch.full((len(z),), label), model.num_classes).float()
    with torch.no_grad():
        return model.decoder(z, c)
