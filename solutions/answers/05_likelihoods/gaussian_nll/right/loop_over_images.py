def gaussian_nll(x_hat, x, sigma):
    if sigma <= 0:
        raise ValueError
    s = torch.as_tensor(sigma).reshape(())
    rows = []
    for mean, image in zip(x_hat, x):
        r = (image - mean) / s
        rows.append(0.5 * (r @ r) + len(r) * (s.log() + 0.5 * math.log(2 * math.pi)))
    return torch.stack(rows) if rows else x.new_zeros(0)
