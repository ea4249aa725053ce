# misconception: gap-in-units-of-eta
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    return x.shape[1] * eta**2 / 2
