def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    residual = (x - x_hat)[0]
    noisy = residual - eta * torch.randn(100, len(residual))
    return ((noisy.square() - residual.square()).sum(1).mean() / (2 * eta**2)).item()
