# misconception: probabilities-multiplied
def reconstruction_loss(x_hat, x):
    x_hat = x_hat.clamp(1e-7, 1 - 1e-7)
    return -torch.log((x_hat**x * (1 - x_hat) ** (1 - x)).prod(dim=1))
