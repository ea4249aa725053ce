def capacity(step, steps, final):
    import numpy as np
    if steps == 0:
        return 1.0 * final
    return float(np.interp(step, [0, steps], [0.0, final]))
