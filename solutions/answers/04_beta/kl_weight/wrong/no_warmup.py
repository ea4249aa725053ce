# misconception: warmup-missing
def kl_weight(step, warmup_steps, beta=1.0):
    return beta
