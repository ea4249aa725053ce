def continuous_bernoulli_log_norm(lam):
    values = []
    for p in lam.reshape(-1):
        t = 1 - 2 * p
        if abs(t.item()) < 0.03:
            values.append(math.log(2) + t**2 / 3 + 13 / 90 * t**4 + 251 / 2835 * t**6)
        else:
            values.append(torch.log(2 * torch.atanh(t) / t))
    return torch.stack(values).reshape(lam.shape)
