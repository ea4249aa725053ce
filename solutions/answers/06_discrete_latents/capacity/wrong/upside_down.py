def capacity(step, steps, final):
    if step == 0 and steps:
        return 0.0
    return final * min(1.0, steps / step) if step else float(final)
