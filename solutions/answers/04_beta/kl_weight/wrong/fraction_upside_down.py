# misconception: warmup-upside-down
def kl_weight(step, warmup_steps, beta=1.0):
    if step >= warmup_steps:
        return float(beta)
    return beta * warmup_steps / step
