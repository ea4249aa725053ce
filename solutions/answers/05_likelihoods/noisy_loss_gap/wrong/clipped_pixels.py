# misconception: gap-clipped
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    noisy = torch.clip(x_hat + eta * torch.randn(300, *x.shape), 0, 1)
    squares = (x - noisy).square().mean(0) - (x - x_hat).square()
    return (squares.sum(1).mean() / (2 * eta**2)).item()
