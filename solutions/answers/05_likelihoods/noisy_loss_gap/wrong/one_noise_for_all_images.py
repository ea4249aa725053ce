# misconception: gap-noise-shared
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    xi = torch.randn(100, 1, x.shape[1])
    r = (x - x_hat)[None]
    return ((r - eta * xi).square() - r.square()).sum(2).mean().item() / (2 * eta**2)
