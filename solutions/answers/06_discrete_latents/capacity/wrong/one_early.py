# misconception: capacity-off-by-one
def capacity(step, steps, final):
    return final * min(1.0, (step + 1) / steps) if steps else float(final)
