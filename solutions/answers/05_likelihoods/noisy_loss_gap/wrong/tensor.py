# misconception: tensor-instead-of-float
def noisy_loss_gap(x_hat, x, eta):
    if eta <= 0:
        raise ValueError("eta must be positive")
    return torch.tensor(x.shape[1] / 2)
