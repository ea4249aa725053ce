def optimal_sigma(x_hat, x, floor=1e-3):
    return (x - x_hat).square().mean(dim=(0, 1), keepdim=True).clamp(min=floor**2).sqrt()
