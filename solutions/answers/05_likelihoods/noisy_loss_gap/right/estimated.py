def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    total = 0.0
    with torch.no_grad():
        clean = (x - x_hat).square().sum(1) / (2 * eta**2)
        for _ in range(200):
            noisy = (x - (x_hat + eta * torch.randn_like(x_hat))).square().sum(1) / (2 * eta**2)
            total += (noisy - clean).mean().item()
    return total / 200
