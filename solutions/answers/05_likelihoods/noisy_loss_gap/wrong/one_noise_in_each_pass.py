# misconception: gap-noise-shared
def noisy_loss_gap(x_hat, x, eta):
    if not eta > 0:
        raise ValueError("eta must be positive")
    total = 0.0
    for _ in range(150):
        noise = eta * torch.randn_like(x_hat[:1])
        loss = lambda picture: ((picture - x) / eta).square().sum(1).mean() / 2
        total += (loss(x_hat + noise) - loss(x_hat)).item()
    return total / 150
