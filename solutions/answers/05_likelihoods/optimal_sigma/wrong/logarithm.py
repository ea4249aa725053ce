# misconception: optimal-sigma-is-logarithm
def optimal_sigma(x_hat, x, floor=1e-3):
    return (x - x_hat).square().mean().clamp(min=floor**2).log() / 2
