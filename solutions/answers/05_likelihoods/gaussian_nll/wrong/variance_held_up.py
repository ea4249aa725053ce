# misconception: gaussian-sigma-raised
def gaussian_nll(x_hat, x, sigma):
    if sigma <= 0:
        raise ValueError("sigma has to be positive")
    variance = torch.as_tensor(sigma, dtype=x.dtype).reshape(1, 1).square().expand_as(x)
    return F.gaussian_nll_loss(x_hat, x, variance, full=True, reduction="none").sum(dim=1)
