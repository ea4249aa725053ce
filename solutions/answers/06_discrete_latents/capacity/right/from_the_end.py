def capacity(step, steps, final):
    left = max(0, steps - step)
    return final - final * left / max(steps, 1)
