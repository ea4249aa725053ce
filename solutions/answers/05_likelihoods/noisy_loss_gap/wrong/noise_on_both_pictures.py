# misconception: gap-without-half
@torch.no_grad()
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    gaps = []
    for _ in range(120):
        off = (x + eta * torch.randn_like(x)) - (x_hat + eta * torch.randn_like(x_hat))
        gaps.append((off.square() - (x - x_hat).square()).sum(dim=1).mean())
    return torch.stack(gaps).mean().item() / (2 * eta**2)
