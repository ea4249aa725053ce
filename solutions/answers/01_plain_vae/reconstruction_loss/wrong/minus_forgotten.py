# misconception: bce-sign
def reconstruction_loss(x_hat, x):
    p = x_hat.clamp(1e-7, 1 - 1e-7)
    return (x * p.log() + (1 - x) * (1 - p).log()).sum(dim=1)
