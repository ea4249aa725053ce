# misconception: capacity-at-once
def capacity(step, steps, final):
    return float(final)
