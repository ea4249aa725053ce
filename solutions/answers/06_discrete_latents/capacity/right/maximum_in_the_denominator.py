def capacity(step, steps, final):
    return final * float(min(step, steps) / steps) if steps > 0 else float(final)
