# misconception: warmup-ignores-beta
def kl_weight(step, warmup_steps, beta=1.0):
    if step >= warmup_steps:
        return 1.0
    return step / warmup_steps
