# misconception: grid-extent-ignored
@torch.no_grad()
def style_grid(model, label, side, extent):
    steps = torch.linspace(-2, 2, side)
    rows, columns = torch.meshgrid(-steps, steps, indexing="ij")
    c = one_hot(torch.full((side * side,), label), model.num_classes)
    return model.decoder(torch.stack([columns.flatten(), rows.flatten()], 1), c)
