# misconception: bce-summed-over-batch
def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x_hat, x, reduction="sum")
