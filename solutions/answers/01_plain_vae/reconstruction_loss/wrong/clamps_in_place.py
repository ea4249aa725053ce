# misconception: arguments-changed-in-place
def reconstruction_loss(x_hat, x):
    x = x.mul_(0.999)
    return F.binary_cross_entropy(x_hat, x / 0.999, reduction="none").sum(dim=1)
