# misconception: optimal-sigma-floor-as-ceiling
def optimal_sigma(x_hat, x, floor=1e-3):
    return (x - x_hat).square().mean().clamp(max=floor**2).sqrt()
