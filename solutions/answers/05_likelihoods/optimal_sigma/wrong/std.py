# misconception: optimal-sigma-mean-error-removed
def optimal_sigma(x_hat, x, floor=1e-3):
    return (x - x_hat).std().clamp(min=floor)
