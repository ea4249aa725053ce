def reconstruction_loss(x_hat, x):
    losses = [F.binary_cross_entropy(p, t, reduction="sum") for p, t in zip(x_hat, x)]
    return torch.stack(losses)
