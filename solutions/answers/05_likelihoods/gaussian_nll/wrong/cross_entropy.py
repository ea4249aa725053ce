# misconception: gaussian-is-cross-entropy
def gaussian_nll(x_hat, x, sigma):
    return reconstruction_loss(x_hat, x)
