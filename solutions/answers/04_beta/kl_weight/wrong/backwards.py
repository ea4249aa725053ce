# misconception: warmup-runs-backwards
def kl_weight(step, warmup_steps, beta=1.0):
    if step >= warmup_steps:
        return beta
    return beta * (1 - step / warmup_steps)
