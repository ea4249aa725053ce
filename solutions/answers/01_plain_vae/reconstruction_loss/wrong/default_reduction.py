# misconception: bce-default-mean
def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x_hat, x)
