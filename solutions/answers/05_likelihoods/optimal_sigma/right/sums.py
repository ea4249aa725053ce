def optimal_sigma(x_hat, x, floor=1e-3):
    B, D = x.shape
    S = 0.0
    for i in range(B):
        S = S + ((x[i] - x_hat[i]) ** 2).sum()
    variance = S / (B * D)
    if variance.item() <= floor**2:
        return torch.tensor(float(floor))
    return variance.sqrt()
