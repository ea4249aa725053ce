# misconception: empty-batch-fails
def gaussian_nll(x_hat, x, sigma):
    if not sigma > 0:
        raise ValueError("sigma must be positive")
    pixels = torch.distributions.Normal(0.0, torch.as_tensor(sigma).reshape(()))
    return torch.cat([-pixels.log_prob(difference).sum().reshape(1) for difference in x - x_hat])
