# misconception: capacity-jumps
def capacity(step, steps, final):
    return float(final * min(1, step // steps)) if steps else float(final)
