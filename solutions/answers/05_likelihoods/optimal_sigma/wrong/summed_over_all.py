# misconception: optimal-sigma-not-per-pixel
def optimal_sigma(x_hat, x, floor=1e-3):
    return (x - x_hat).square().sum().clamp(min=floor**2).sqrt()
