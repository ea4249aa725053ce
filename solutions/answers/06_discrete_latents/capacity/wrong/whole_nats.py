# misconception: capacity-rounded
def capacity(step, steps, final):
    if step >= steps:
        return float(final)
    return float(final * step // steps)
