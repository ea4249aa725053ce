import numpy as np

def bits_per_dim(nll, dims, levels=None):
    if dims <= 0 or (levels is not None and levels <= 1):
        raise ValueError
    extra = float(np.log2(levels)) if levels else 0.0
    return nll / float(dims * np.log(2.0)) + extra
