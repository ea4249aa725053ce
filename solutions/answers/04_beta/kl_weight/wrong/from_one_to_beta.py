# misconception: warmup-starts-at-one
def kl_weight(step, warmup_steps, beta=1.0):
    if step >= warmup_steps:
        return float(beta)
    return 1.0 + (beta - 1.0) * step / warmup_steps
