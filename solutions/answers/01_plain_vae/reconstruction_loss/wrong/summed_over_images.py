# misconception: bce-summed-over-wrong-dimension
def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=0)
