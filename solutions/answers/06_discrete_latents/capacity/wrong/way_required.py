# misconception: refuses-what-is-allowed
def capacity(step, steps, final):
    if steps < 1:
        raise ValueError("there has to be a way")
    return final if step >= steps else final * step / steps
