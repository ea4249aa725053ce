# misconception: gap-of-uniform-noise
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    noisy = x_hat + eta * torch.rand(300, *x.shape)
    squares = (x - noisy).square().mean(0) - (x - x_hat).square()
    return (squares.sum(1).mean() / (2 * eta**2)).item()
