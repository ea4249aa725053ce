def kl_weight(step, warmup_steps, beta=1.0):
    share = 1.0
    if step < warmup_steps:
        share = float(torch.tensor(step / warmup_steps, dtype=torch.float64).clamp(0, 1))
    return share * beta
