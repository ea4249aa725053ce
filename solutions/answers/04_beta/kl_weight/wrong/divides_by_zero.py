# misconception: warmup-divides-by-zero
def kl_weight(step, warmup_steps, beta=1.0):
    return beta * min(1.0, step / warmup_steps)
