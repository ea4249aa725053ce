# misconception: warmup-never-stops
def kl_weight(step, warmup_steps, beta=1.0):
    share = step / (1 + warmup_steps)
    return share * beta
