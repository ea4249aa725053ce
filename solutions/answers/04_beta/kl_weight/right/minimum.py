def kl_weight(step, warmup_steps, beta=1.0):
    return beta * min(1.0, step / max(1, warmup_steps)) if warmup_steps else float(beta)
