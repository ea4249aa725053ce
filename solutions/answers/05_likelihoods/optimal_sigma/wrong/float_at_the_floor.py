# misconception: float-for-a-scalar-tensor
def optimal_sigma(x_hat, x, floor=1e-3):
    mean_square = (x - x_hat).square().mean()
    return mean_square.sqrt() if mean_square > floor**2 else floor
