# misconception: warmup-of-no-steps-starts-at-zero
def kl_weight(step, warmup_steps, beta=1.0):
    steps = warmup_steps or 1
    return beta * min(step / steps, 1.0)
