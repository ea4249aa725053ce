# misconception: capacity-ignores-final
def capacity(step, steps, final):
    return min(1.0, step / steps) if steps else 1.0
