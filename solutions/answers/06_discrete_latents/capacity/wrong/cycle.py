# misconception: capacity-starts-again
def capacity(step, steps, final):
    return final * (step / steps % 1) if steps else float(final)
