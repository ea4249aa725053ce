def optimal_sigma(x_hat, x, floor=1e-3):
    return (x - x_hat).square().mean().log().div(2).clamp(min=floor)
