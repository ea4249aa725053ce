# misconception: optimal-sigma-floor-of-variance
def optimal_sigma(x_hat, x, floor=1e-3):
    return (x - x_hat).square().mean().clamp(min=floor).sqrt()
