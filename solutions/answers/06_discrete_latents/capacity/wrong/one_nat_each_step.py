# misconception: capacity-at-a-fixed-rate
def capacity(step, steps, final):
    return float(min(step, final)) if steps > 0 else float(final)
