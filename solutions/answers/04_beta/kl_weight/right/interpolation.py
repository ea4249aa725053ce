def kl_weight(step, warmup_steps, beta=1.0):
    import numpy as np

    if warmup_steps <= 0:
        return float(beta)
    return float(np.interp(step, [0, warmup_steps], [0.0, beta]))
