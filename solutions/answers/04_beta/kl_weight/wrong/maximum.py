# misconception: warmup-max-for-min
def kl_weight(step, warmup_steps, beta=1.0):
    if warmup_steps == 0:
        return float(beta)
    return beta * max(1.0, step / warmup_steps)
