def optimal_sigma(x_hat, x, floor=1e-3):
    with torch.no_grad():
        return F.mse_loss(x_hat, x).sqrt().clamp(min=floor)
