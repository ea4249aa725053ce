# misconception: capacity-not-linear
def capacity(step, steps, final):
    share = min(1.0, step / steps) if steps else 1.0
    return final * (1 - math.cos(math.pi * share)) / 2
