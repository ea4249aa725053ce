# misconception: noise-not-from-torch
import numpy as np


def reparameterize(mu, log_var):
    eps = torch.tensor(np.random.randn(*mu.shape), dtype=mu.dtype)
    return mu + torch.exp(log_var / 2) * eps
