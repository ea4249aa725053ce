# misconception: hard-gradient-zero
def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")

    soft = F.softmax((logits + gumbel_noise(torch.rand_like(logits))) / tau, dim=1)
    if not hard:
        return soft
    return soft + F.one_hot(soft.argmax(dim=1), soft.shape[1]).float() - soft
