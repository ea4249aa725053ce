# misconception: gap-is-the-loss-without-noise
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    return (x - x_hat).square().sum(1).mean().item() / (2 * eta**2)
