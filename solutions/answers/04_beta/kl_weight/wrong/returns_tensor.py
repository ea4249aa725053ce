# misconception: tensor-instead-of-float
def kl_weight(step, warmup_steps, beta=1.0):
    if step >= warmup_steps:
        return torch.tensor(beta)
    return torch.tensor(beta * step / warmup_steps)
