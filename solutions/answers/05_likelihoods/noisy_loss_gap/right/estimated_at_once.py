def noisy_loss_gap(x_hat, x, eta):
    if not eta > 0:
        raise ValueError(eta)
    r = ((x - x_hat) / eta).detach().double()
    sums = []
    for row in r:
        xi = torch.randn(150, len(row), dtype=torch.float64)
        sums.append(((row - xi) ** 2 - row**2).sum(1).mean() / 2)
    return float(torch.stack(sums).mean())
