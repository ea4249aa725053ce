# misconception: capacity-runs-backwards
def capacity(step, steps, final):
    return final * (1 - min(1.0, step / steps)) if steps else float(final)
