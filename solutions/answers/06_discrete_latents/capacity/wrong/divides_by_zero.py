# misconception: capacity-divides-by-zero
def capacity(step, steps, final):
    return final * min(1.0, step / steps)
