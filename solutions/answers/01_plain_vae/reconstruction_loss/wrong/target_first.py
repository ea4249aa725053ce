# misconception: bce-swapped-arguments
def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x, x_hat, reduction="none").sum(dim=1)
