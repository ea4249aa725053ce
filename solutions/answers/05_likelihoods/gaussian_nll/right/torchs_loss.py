def gaussian_nll(x_hat, x, sigma):
    """PyTorch's own loss, which takes the variance, and clamps it at eps."""
    sigma = torch.as_tensor(sigma, dtype=x.dtype)
    if sigma.item() <= 0:
        raise ValueError("sigma > 0, please")
    var = (sigma * torch.ones_like(x)) ** 2
    return F.gaussian_nll_loss(x_hat, x, var, full=True, reduction="none", eps=1e-12).sum(dim=1)
