def kl_weight(step, warmup_steps, beta=1.0):
    if step >= warmup_steps:
        return beta
    return beta * (1 - math.cos(math.pi * step / warmup_steps)) / 2
