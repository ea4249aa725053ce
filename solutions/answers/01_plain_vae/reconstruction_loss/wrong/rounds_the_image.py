def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy(x_hat, (x > 0.5).float(), reduction="none").sum(dim=1)
