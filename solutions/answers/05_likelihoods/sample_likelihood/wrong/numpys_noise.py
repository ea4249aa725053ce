# misconception: noise-not-from-torch
import numpy as np

def sample_likelihood(x_hat, sigma):
    if sigma <= 0:
        raise ValueError("sigma must be positive")
    noise = torch.from_numpy(np.random.default_rng().standard_normal(tuple(x_hat.shape))).float()
    return (x_hat + sigma * noise).detach()
