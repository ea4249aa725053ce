def optimal_sigma(x_hat, x, floor=1e-3):
    return F.mse_loss(x_hat, x).clamp(min=floor * floor).sqrt()
