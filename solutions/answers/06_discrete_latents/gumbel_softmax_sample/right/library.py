def gumbel_softmax_sample(logits, tau, hard=False):
    if tau <= 0:
        raise ValueError("tau")
    return F.gumbel_softmax(logits, tau=tau, hard=hard, dim=1)
