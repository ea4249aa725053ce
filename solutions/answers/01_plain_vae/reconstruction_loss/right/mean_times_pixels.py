def reconstruction_loss(x_hat, x, eps=1e-8):
    per_pixel = F.binary_cross_entropy(x_hat, x, reduction="none")
    return per_pixel.mean(dim=-1) * x.shape[-1]
