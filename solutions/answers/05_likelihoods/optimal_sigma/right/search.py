def optimal_sigma(x_hat, x, floor=1e-3):
    """The minimum of the mean loss, by Newton steps on log sigma."""
    S = (x - x_hat).detach().double().square().sum(1).mean().item()
    D = x.shape[1]
    s = math.log(max(floor, 0.3))
    for _ in range(200):
        q = S * math.exp(-2 * s)
        s = s + max(-0.5, min(0.5, (q - D) / (2 * q + 1e-300)))
        s = max(s, math.log(floor))
    return torch.tensor(math.exp(s))
