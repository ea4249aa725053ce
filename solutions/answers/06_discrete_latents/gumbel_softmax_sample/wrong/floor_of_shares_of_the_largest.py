# misconception: hard-gradient-zero
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    soft = F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
    return (soft / soft.amax(dim=1, keepdim=True)).floor() if hard else soft
