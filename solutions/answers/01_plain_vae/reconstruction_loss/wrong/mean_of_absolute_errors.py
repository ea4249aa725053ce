# misconception: absolute-error-instead-of-bce
def reconstruction_loss(x_hat, x):
    return F.l1_loss(x_hat, x, reduction="none").mean(dim=-1)
