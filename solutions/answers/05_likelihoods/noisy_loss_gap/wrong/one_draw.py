def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    xi = torch.randn_like(x_hat)
    clean = (x - x_hat).square().sum(1)
    noisy = (x - x_hat - eta * xi).square().sum(1)
    return ((noisy - clean).mean() / (2 * eta**2)).item()
