# misconception: capacity-not-final-without-way
def capacity(step, steps, final):
    return final * min(1.0, step / steps) if steps else 0.0
