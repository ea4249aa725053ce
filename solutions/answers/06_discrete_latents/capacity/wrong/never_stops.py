# misconception: capacity-never-stops
def capacity(step, steps, final):
    return final * step / steps if steps else float(final)
