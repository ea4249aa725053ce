def gaussian_nll(x_hat, x, sigma):
    s = sigma if torch.is_tensor(sigma) else torch.tensor(float(sigma))
    if s.item() <= 0:
        raise ValueError("sigma must be > 0")
    s = s.double().reshape(1, 1)
    r = (x.double() - x_hat.double()) / s
    return (0.5 * r * r + s.log() + 0.5 * math.log(2 * math.pi)).sum(1)
