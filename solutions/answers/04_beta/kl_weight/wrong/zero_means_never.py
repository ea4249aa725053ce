# misconception: warmup-zero-means-never
def kl_weight(step, warmup_steps, beta=1.0):
    if warmup_steps == 0:
        return 0.0
    return beta * min(1.0, step / warmup_steps)
