# misconception: optimal-sigma-absolute-error
def optimal_sigma(x_hat, x, floor=1e-3):
    return (x - x_hat).abs().mean().clamp(min=floor)
