# misconception: optimal-sigma-floor-added
def optimal_sigma(x_hat, x, floor=1e-3):
    return ((x - x_hat).square().mean() + floor**2).sqrt()
