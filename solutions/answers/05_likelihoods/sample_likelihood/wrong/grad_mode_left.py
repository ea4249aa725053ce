# misconception: grad-mode-left-changed
def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    torch.set_grad_enabled(False)
    return x_hat + sigma * torch.randn_like(x_hat)
