# misconception: bce-ink-only
def reconstruction_loss(x_hat, x):
    return -(x * torch.log(x_hat.clamp(min=1e-7))).sum(dim=1)
