# misconception: gap-half-on-one-loss
@torch.no_grad()
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    off = ((x - x_hat) / eta).double()
    clean = 0.5 * off.pow(2).sum(dim=1)
    noisy = torch.stack([(off - torch.randn_like(off)).pow(2).sum(dim=1) for _ in range(150)])
    return (noisy.mean(dim=0) - clean).mean().item()
