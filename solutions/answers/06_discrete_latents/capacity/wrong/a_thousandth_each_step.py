# misconception: capacity-at-a-fixed-rate
def capacity(step, steps, final):
    return min(step / 1000, final) if steps else final
