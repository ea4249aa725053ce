# misconception: bce-sigmoid-twice
def reconstruction_loss(x_hat, x):
    return F.binary_cross_entropy_with_logits(x_hat, x, reduction="none").sum(dim=1)
