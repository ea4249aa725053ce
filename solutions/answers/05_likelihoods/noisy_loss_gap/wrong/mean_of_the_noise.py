# misconception: gap-noise-averaged-first
@torch.no_grad()
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    blurred = x_hat + eta * torch.randn(100, *x_hat.shape).mean(dim=0)
    more = (x - blurred).square() - (x - x_hat).square()
    return more.sum(dim=1).mean().item() / (2 * eta**2)
