# misconception: graph-cut
def reconstruction_loss(x_hat, x):
    with torch.no_grad():
        return F.binary_cross_entropy(x_hat, x, reduction="none").sum(dim=1)
