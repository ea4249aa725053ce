# misconception: capacity-not-final-without-way
def capacity(step, steps, final):
    way = max(1, steps)
    return final * min(step, way) / way
