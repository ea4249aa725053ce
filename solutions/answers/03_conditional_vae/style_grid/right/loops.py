def style_grid(model, label, side, extent):
    images = []
    c = torch.zeros(1, model.num_classes)
    c[0, label] = 1.0
    with torch.no_grad():
        for row in range(side):
            for column in range(side):
                z1 = -extent + 2 * extent * column / (side - 1)
                z2 = extent - 2 * extent * row / (side - 1)
                images.append(model.decoder(torch.tensor([[float(z1), float(z2)]]), c))
    return torch.cat(images)
