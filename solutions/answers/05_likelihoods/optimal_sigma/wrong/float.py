# misconception: float-for-a-scalar-tensor
def optimal_sigma(x_hat, x, floor=1e-3):
    return max((x - x_hat).square().mean().sqrt().item(), floor)
