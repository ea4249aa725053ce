import numpy as np

def optimal_sigma(x_hat, x, floor=1e-3):
    r = (x - x_hat).detach().numpy()
    return torch.tensor(max(float(np.sqrt((r ** 2).mean())), floor))
