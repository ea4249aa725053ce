# misconception: log-of-zero
def reconstruction_loss(x_hat, x):
    p = x_hat.clamp(1e-10, 1 - 1e-10)
    return -(x * torch.log(p) + (1 - x) * torch.log(1 - p)).sum(dim=1)
