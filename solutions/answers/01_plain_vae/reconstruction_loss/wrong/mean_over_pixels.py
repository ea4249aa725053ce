# misconception: bce-mean-over-pixels
def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x_hat, x, reduction="none").mean(dim=1)
