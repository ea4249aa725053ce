# misconception: warmup-off-by-one
def kl_weight(step, warmup_steps, beta=1.0):
    if step >= warmup_steps:
        return beta
    return beta * (step + 1) / warmup_steps
