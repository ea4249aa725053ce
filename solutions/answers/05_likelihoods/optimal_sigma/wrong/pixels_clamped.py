# misconception: optimal-sigma-floor-on-pixels
def optimal_sigma(x_hat, x, floor=1e-3):
    errors = (x - x_hat).abs().clamp(min=floor)
    return errors.square().mean().sqrt()
