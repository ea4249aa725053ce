# misconception: warmup-capped-at-one
def kl_weight(step, warmup_steps, beta=1.0):
    if warmup_steps == 0:
        return beta
    return min(1.0, beta * step / warmup_steps)
