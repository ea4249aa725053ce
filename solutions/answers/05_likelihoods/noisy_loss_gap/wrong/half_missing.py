# misconception: gap-without-half
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    return float(x.shape[1])
