# misconception: hard-ignored
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    return F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
