import numpy as np

def sigma_of_squared_error(weight=1.0, beta=1.0):
    for value in (weight, beta):
        if value <= 0:
            raise ValueError(f"{value} is not positive")
    return float(np.sqrt(beta) / np.sqrt(2 * weight))
