# misconception: capacity-capped-at-one
def capacity(step, steps, final):
    share = step / steps if steps else 1.0
    return min(1.0, share * final)
