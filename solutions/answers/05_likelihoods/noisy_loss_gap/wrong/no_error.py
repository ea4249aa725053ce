# misconception: refusal-incomplete
def noisy_loss_gap(x_hat, x, eta):
    return x.shape[1] / 2
