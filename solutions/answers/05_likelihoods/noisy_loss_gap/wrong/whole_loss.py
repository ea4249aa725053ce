# misconception: gap-is-the-whole-loss
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    clean = (x - x_hat).square().sum(1).mean().item() / (2 * eta**2)
    return clean + x.shape[1] / 2
