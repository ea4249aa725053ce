def style_grid(model, label, side, extent):
    import numpy as np

    right = np.linspace(-extent, extent, side)
    down = np.linspace(extent, -extent, side)
    z = torch.tensor([(a, b) for b in down for a in right], dtype=torch.float32)
    with torch.no_grad():
        return model.decoder(z, torch.eye(model.num_classes)[[label] * len(z)])
