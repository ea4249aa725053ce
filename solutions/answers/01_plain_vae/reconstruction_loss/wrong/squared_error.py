# misconception: squared-error-instead-of-bce
def reconstruction_loss(x_hat, x):
    return ((x - x_hat) ** 2).sum(dim=1)
