# misconception: warmup-never-stops
def kl_weight(step, warmup_steps, beta=1.0):
    return beta * step / warmup_steps if warmup_steps else beta
