def style_grid(model, label, side, extent):
    axis = torch.linspace(-extent, extent, side)
    z1, z2 = torch.meshgrid(axis, -axis, indexing="xy")
    z = torch.stack([z1.flatten(), z2.flatten()], dim=-1)
    c = one_hot(torch.tensor([label]), model.num_classes).expand(len(z), -1)
    return model.decoder(z, c).detach()
