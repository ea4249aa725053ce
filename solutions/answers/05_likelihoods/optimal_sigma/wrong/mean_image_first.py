# misconception: formula-order
def optimal_sigma(x_hat, x, floor=1e-3):
    off = x.mean(dim=0) - x_hat.mean(dim=0)
    return (off @ off / len(off)).clamp(min=floor * floor).sqrt()
