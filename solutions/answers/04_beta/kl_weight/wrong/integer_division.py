# misconception: warmup-jumps
def kl_weight(step, warmup_steps, beta=1.0):
    if step >= warmup_steps:
        return beta
    return beta * (step // warmup_steps)
