# misconception: arguments-changed-in-place
# clamps x_hat's own memory in place (through .data), so the caller's predictions are changed where they are very near 0 or 1.
def reconstruction_loss(x_hat, x):
    eps = 1e-6
    x_hat.data.clamp_(eps, 1 - eps)  # keep log() away from zero
    ll = torch.xlogy(x, x_hat) + torch.xlogy(1 - x, 1 - x_hat)
    return ll.sum(dim=1) * -1
