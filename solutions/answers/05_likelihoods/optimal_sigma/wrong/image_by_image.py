# misconception: optimal-sigma-of-each-image
def optimal_sigma(x_hat, x, floor=1e-3):
    return (x - x_hat).square().mean(dim=1).clamp(min=floor**2).sqrt().mean()
