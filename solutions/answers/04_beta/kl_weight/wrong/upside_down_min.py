# misconception: warmup-upside-down
def kl_weight(step, warmup_steps, beta=1.0):
    if warmup_steps == 0:
        return float(beta)
    return beta * min(1.0, warmup_steps / step)
