# misconception: capacity-final-as-ceiling
def capacity(step, steps, final):
    return float(min(final, step / steps)) if steps else float(final)
