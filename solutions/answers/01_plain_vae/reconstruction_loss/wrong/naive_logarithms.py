# misconception: log-of-zero
def reconstruction_loss(x_hat, x):
    return -(x * torch.log(x_hat) + (1 - x) * torch.log(1 - x_hat)).sum(dim=1)
