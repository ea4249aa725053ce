# misconception: formula-size-fixed
def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x_hat, x, reduction="none").mean(-1) * 784
