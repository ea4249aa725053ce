# misconception: bce-in-bits
def reconstruction_loss(x_hat, x):
    p = x_hat.clamp(1e-7, 1 - 1e-7)
    return -(x * torch.log2(p) + (1 - x) * torch.log2(1 - p)).sum(dim=1)
