# misconception: optimal-sigma-of-the-data
def optimal_sigma(x_hat, x, floor=1e-3):
    return x.std().clamp(min=floor)
