def capacity(step, steps, final):
    share = min(1.0, step / steps) if steps else 1.0
    return final * share
