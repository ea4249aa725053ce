# misconception: requires-grad-changed
def style_grid(model, label, side, extent):
    model.requires_grad_(False)
    line = torch.linspace(-extent, extent, side)
    z2, z1 = torch.meshgrid(line.flip(0), line, indexing="ij")
    z = torch.stack([z1.flatten(), z2.flatten()], dim=1)
    c = F.one_hot(torch.full((len(z),), label), model.num_classes).float()
    return model.decoder(z, c)
