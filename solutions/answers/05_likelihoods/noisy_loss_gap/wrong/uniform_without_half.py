# misconception: gap-of-uniform-noise
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    error, noise = (x - x_hat) / eta, torch.rand(250, *x.shape)
    return ((error - noise).square() - error.square()).sum(2).mean().item()
