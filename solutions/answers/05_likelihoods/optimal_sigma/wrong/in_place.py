# misconception: arguments-changed-in-place
def optimal_sigma(x_hat, x, floor=1e-3):
    return x_hat.sub_(x).square().mean().clamp(min=floor**2).sqrt()
