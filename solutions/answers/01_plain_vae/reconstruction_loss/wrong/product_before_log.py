# wrong: multiplies the likelihoods of all pixels before the log, so with many pixels the product underflows and every bad image costs the same 87 nats without a gradient.
def reconstruction_loss(x_hat, x):
    p = x_hat.clamp(1e-7, 1 - 1e-7)
    likelihood = (p ** x) * (1 - p) ** (1 - x)
    p_image = likelihood.prod(dim=1)
    return -torch.log(p_image.clamp_min(1e-38))
